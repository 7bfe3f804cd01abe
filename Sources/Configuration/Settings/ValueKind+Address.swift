// SPDX-License-Identifier: Apache-2.0
internal import HTTP

extension ValueKind where Value == BindAddress {
    /// An address to listen on.
    static var address: ValueKind {
        ValueKind(
            form: .address(mayBeEmpty: false),
            parse: { text throws(ValueProblem) in try BindAddress(setting: text) },
            spell: { $0.description })
    }
}

extension ValueKind where Value == BindAddress? {
    /// An address to listen on; empty means that nothing listens.
    static var optionalAddress: ValueKind {
        ValueKind(
            form: .address(mayBeEmpty: true),
            parse: { text throws(ValueProblem) in text.isEmpty ? nil : try BindAddress(setting: text) },
            spell: { $0?.description ?? "" })
    }
}

extension BindAddress {
    /// Reads `host:port` or `[address]:port`. The host is required: listening on every address is written
    /// `0.0.0.0` or `[::]`, so that it is never the result of leaving something out.
    fileprivate init(setting text: String) throws(ValueProblem) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            text[text.index(after: colon)...].allSatisfy(\.isNumber)
        else { throw ValueProblem("is not an address like 127.0.0.1:8080 or [::1]:8080") }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ValueProblem("needs brackets around an IPv6 address, like [::1]:8080")
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "[" || $0 == "]" }) else {
            throw ValueProblem("names no host; 0.0.0.0 listens on every address")
        }
        self.init(host: String(host), port: port)
    }
}
