// SPDX-License-Identifier: Apache-2.0

/// How many decimal digits an amount's minor unit has: derived from the currency, a courtesy to readers. What
/// the platform sends is published untouched.
public enum Currency {
    /// Digits after the point by ISO 4217; nil for codes it does not have (crypto currencies among them), and
    /// for those where the provider's own pages contradict one another: KWD, CVE, MGA, MRU.
    public static func exponent(of code: Span<UInt8>) -> UInt8? {
        guard code.count == 3 else { return nil }
        let wanted = UInt32(code[0]) << 16 | UInt32(code[1]) << 8 | UInt32(code[2])
        var range = 0..<table.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let found = table[middle].code
            if found == wanted { return table[middle].exponent }
            range = found < wanted ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// By code, three letters in one number.
    private static let table = [(zeroDigits, UInt8(0)), (twoDigits, 2), (threeDigits, 3), (fourDigits, 4)]
        .flatMap { codes, exponent in
            codes.split(separator: " ").map { code in
                (code: code.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, exponent: exponent)
            }
        }
        .sorted { $0.code < $1.code }

    private static let zeroDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
    private static let threeDigits = "BHD IQD JOD LYD OMR TND"
    private static let fourDigits = "CLF UYW"
    private static let twoDigits =
        """
        USD EUR GBP KHR RUB CNY UAH KZT INR BRL AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB \
        BOV BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW COP COU CRC CUP CZK DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP \
        GMD GTQ GYD HKD HNL HTG HUF IDR ILS IRR JMD KES KGS KPW KYD LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR \
        MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SDG SEK SGD \
        SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS USN UYU UZS VED VES WST XCD YER ZAR ZMW \
        ZWG
        """
}
