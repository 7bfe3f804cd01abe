// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Payments
internal import WebClient

/// The checks of single parameters. Each sets the parameter, or refuses it by name.
extension ParameterSet {
    mutating func setProject(_ path: ParameterPath, _ id: Int64) {
        guard id > 0 else { return refuse("\(path)", "is not a project's id, which is a number above 0") }
        set(path, .integer(id))
    }

    mutating func setText(_ path: ParameterPath, _ text: String?, isRequired: Bool = false) {
        guard let text else {
            if isRequired { refuse("\(path)", "is missing") }
            return
        }
        if text.isEmpty { return refuse("\(path)", "is empty") }
        if text.count > 255 { return refuse("\(path)", "is longer than 255 characters") }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return refuse("\(path)", "contains a control character")
        }
        if text.first == " " || text.last == " " {
            return refuse("\(path)", "begins or ends with a space")
        }
        set(path, .string(text))
    }

    mutating func setAmount(
        _ amountPath: ParameterPath, _ currencyPath: ParameterPath, _ money: Money, least: Int64 = 1
    ) {
        if let problem = money.currencyProblem { refuse("\(currencyPath)", problem) }
        if money.amount < least {
            refuse("\(amountPath)", "is less than \(least)")
        } else if money.amount > Money.largest {
            refuse("\(amountPath)", "is more than \(Money.largest)")
        }
        set(amountPath, .integer(money.amount))
        set(currencyPath, .string(money.currency))
    }

    mutating func setEmail(_ path: ParameterPath, _ email: String?) {
        guard let email else { return }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let labels = (parts.last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        let isSound =
            parts.count == 2 && !parts[0].isEmpty && email.utf8.count <= 254 && labels.count >= 2
            && labels.allSatisfy { label in
                !label.isEmpty && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
            }
            && !email.unicodeScalars.contains {
                $0.value <= 0x20 || "\u{7F}\"(),:;<>[\\]".unicodeScalars.contains($0)
            }
        guard isSound else { return refuse("\(path)", "is not an e-mail address") }
        set(path, .string(email))
    }

    mutating func setIPAddress(_ path: ParameterPath, _ address: String?, isRequired: Bool) {
        guard let address else {
            if isRequired { refuse("\(path)", "is missing") }
            return
        }
        var buffer = in6_addr()
        guard inet_pton(AF_INET, address, &buffer) == 1 || inet_pton(AF_INET6, address, &buffer) == 1 else {
            return refuse("\(path)", "is not an IPv4 or IPv6 address")
        }
        set(path, .string(address))
    }

    mutating func setURL(_ path: ParameterPath, _ url: String?) {
        guard let url else { return }
        do throws(WebAddress.Malformed) {
            _ = try WebAddress(url)
        } catch {
            return refuse("\(path)", "\(error)")
        }
        guard url.utf8.count <= 2048 else { return refuse("\(path)", "is longer than 2048 bytes") }
        set(path, .string(url))
    }

    mutating func setBank(_ path: ParameterPath, _ id: Int64?, isRequired: Bool) {
        guard let id else {
            if isRequired { refuse("\(path)", "is missing; the list of banks contains the ids") }
            return
        }
        guard id > 0 else { return refuse("\(path)", "is not a bank's id, which is a number above 0") }
        set(path, .integer(id))
    }
}
