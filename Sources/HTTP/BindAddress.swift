// SPDX-License-Identifier: Apache-2.0

/// Where a server listens: `host:port`, the host a name, an IPv4 address, or an IPv6 address in brackets.
/// An empty host means every address of the machine; port 0 means one that the system picks.
public struct BindAddress: Sendable, Equatable, CustomStringConvertible {
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public init(_ text: String) throws(HTTPError) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw .invalidAddress(text) }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits)
        else { throw .invalidAddress(text) }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.count > 2 else { throw .invalidAddress(text) }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            // Without brackets it is not known where an IPv6 address ends and the port begins.
            throw .invalidAddress(text)
        }
        self.init(host: String(host), port: port)
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
