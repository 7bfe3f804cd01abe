/// How many decimal digits an amount's minor unit has: derived from the currency, a courtesy to readers. What the
/// platform sends is published untouched.
enum Currency {
    /// Digits after the point by ISO 4217; nil for codes it does not have (crypto currencies among them), and for
    /// those where the provider's own pages contradict one another: KWD, CVE, MGA, MRU.
    static func exponent(of code: Span<UInt8>) -> UInt8? {
        guard code.count == 3 else { return nil }
        let packed = UInt32(code[0]) << 16 | UInt32(code[1]) << 8 | UInt32(code[2])
        for (codes, exponent) in [(twoDigits, UInt8(2)), (zeroDigits, 0), (threeDigits, 3), (fourDigits, 4)] {
            if codes.contains(packed) { return exponent }
        }
        return nil
    }

    private static let zeroDigits = packed(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
    private static let threeDigits = packed("BHD IQD JOD LYD OMR TND")
    private static let fourDigits = packed("CLF UYW")
    private static let twoDigits = packed(
        """
        USD EUR GBP KHR RUB CNY UAH KZT INR BRL AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB \
        BOV BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW COP COU CRC CUP CZK DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP \
        GMD GTQ GYD HKD HNL HTG HUF IDR ILS IRR JMD KES KGS KPW KYD LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR \
        MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SDG SEK SGD \
        SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS USN UYU UZS VED VES WST XCD YER ZAR ZMW \
        ZWG
        """)

    private static func packed(_ codes: String) -> [UInt32] {
        codes.split(separator: " ").map { code in code.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
