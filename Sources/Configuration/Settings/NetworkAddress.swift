/// Where a server listens: a host name or address, and a port.
public struct NetworkAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// 0 lets the system choose a free one.
    public let port: UInt16

    /// An address from its parts.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Reads `host:port` or `[address]:port`. The host must be told: listening everywhere is written `0.0.0.0`
    /// or `[::]`, so that nobody does it by leaving something out.
    static func parse(_ text: String) throws(ValueProblem) -> NetworkAddress {
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
        return NetworkAddress(host: String(host), port: port)
    }
}
