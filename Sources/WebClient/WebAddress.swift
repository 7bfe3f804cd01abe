// SPDX-License-Identifier: Apache-2.0

/// An absolute `http` or `https` address, read strictly: what is not plainly one is refused, so that this
/// reading and libcurl's own cannot differ.
public struct WebAddress: Sendable, Equatable, CustomStringConvertible {
    /// Why a text is not a web address.
    public struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
        /// What is wrong, to be put after the name of the value.
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    public enum Scheme: String, Sendable {
        case http
        case https
    }

    public let scheme: Scheme
    /// The host in lower case; an IPv6 address without its brackets.
    public let host: String
    /// The port if it was given.
    public let port: UInt16?
    /// The path with its leading `/`, empty if it was not given; without the query.
    public let path: String
    /// The whole address as it was given.
    public let description: String

    /// - Throws: where the text has another scheme, no host, a user name, a fragment, or a character that an
    ///   address must percent-encode.
    public init(_ text: String) throws(Malformed) {
        guard let colon = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
        else { throw Malformed("is not an http or https address") }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw Malformed("contains a character that an address must percent-encode")
        }
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !rest.contains("#") else { throw Malformed("contains a fragment") }
        guard !authority.contains("@") else { throw Malformed("contains a user name") }
        self.scheme = scheme
        (host, port) = try Self.hostAndPort(authority)
        path = String(rest[authority.endIndex...].prefix { $0 != "?" })
        description = text
    }

    /// Scheme, host and port, as a browser writes an origin.
    public var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)\(port.map { ":\($0)" } ?? "")"
    }

    /// Whether the host is this machine: 127.0.0.0/8 in dotted form, `::1` or `localhost`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
    }

    /// The address of a path below this one.
    ///
    /// - Parameter path: begins with `/`.
    public func appending(_ path: String) -> String {
        precondition(path.first == "/", "a path to append begins with a slash")
        var base = description.prefix { $0 != "?" }
        while base.last == "/" { base.removeLast() }
        return base + path
    }

    /// Every character of RFC 3986, and `%`.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:/?#[]@!$&'()*+,;=%".utf8.contains(byte)
        }
    }

    private static func hostAndPort(_ authority: Substring) throws(Malformed) -> (String, UInt16?) {
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw Malformed("has an unclosed bracket") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { throw Malformed("has no readable port") }
            port = after.isEmpty ? nil : after.dropFirst()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw Malformed("has no IPv6 address in its brackets")
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            let isName = host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
            guard isName, !host.isEmpty, host.first != "." else { throw Malformed("has no host") }
        }
        guard let port else { return (host.lowercased(), nil) }
        guard let number = UInt16(port), number > 0, "\(number)" == port else {
            throw Malformed("has no readable port")
        }
        return (host.lowercased(), number)
    }
}
