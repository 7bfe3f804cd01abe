// SPDX-License-Identifier: Apache-2.0

/// Everything that bounds a server: sizes in bytes, times absolute (a byte a second buys no one more of
/// them).
public struct ServerSettings: Sendable, Equatable {
    /// The name in logs, metrics and thread lists; at most 8 characters.
    public var name = "http"
    /// Loop threads; each has its own handler, connections and caps.
    public var threads = 1

    public var limits = RequestLimits()
    public var deadlines = Deadlines()

    /// Connections at a time for each loop; beyond that nothing more is accepted.
    public var connections = 1024
    /// Sockets that a server may have open at a time: connections, and those whose clients still send after
    /// their answer.
    public var sockets: Int { threads * (connections + LingeringSockets.limit) }
    /// Connections at a time from one address for each loop; 0 means no limit.
    public var connectionsPerAddress = 256
    /// libmicrohttpd's memory for one connection: the greater of a request's line and its header fields, and
    /// 4 KiB for the other and the answer's head. It is cleared for each request, so more of it costs time: 8
    /// KiB more are 0.3 µs of CPU a request. A head that is within each limit and exceeds this is answered
    /// 431 or 414 by libmicrohttpd.
    var connectionMemoryBytes: Int { max(limits.headerBytes, limits.uriBytes) + 4 * 1024 }

    /// What `Retry-After` says in the server's own 503.
    public var retryAfter = Duration.seconds(10)

    /// PEM; nil serves plain HTTP.
    public var tls: TLS?

    public init() {}

    public struct RequestLimits: Sendable, Equatable {
        public var uriBytes = 8 * 1024
        public var headerFields = 100
        /// One field: its name and value.
        public var fieldBytes = 4 * 1024
        /// All fields together.
        public var headerBytes = 8 * 1024
        public var bodyBytes = 64 * 1024

        public init() {}
    }

    public struct Deadlines: Sendable, Equatable {
        /// From the connection's start, or on a kept connection from the request line, to the last header.
        public var headers = Duration.seconds(5)
        /// From the last header to the last byte of the body.
        public var body = Duration.seconds(10)
        /// From the hold of a request to its answer, if there was none before: then 503.
        public var answer = Duration.seconds(3)
        /// For the client to take the answer.
        public var write = Duration.seconds(10)
        /// From an answer to the next request line.
        public var idle = Duration.seconds(60)

        public init() {}
    }

    public struct TLS: Sendable, Equatable {
        /// Private key and certificate chain, PEM.
        public var privateKey: [UInt8]
        public var certificate: [UInt8]
        /// Certificates of the authorities whose client certificates are trusted, PEM. With them, every
        /// request needs such a certificate and is answered 403 without; nil asks clients for none.
        public var clientAuthorities: [UInt8]?

        public init(privateKey: [UInt8], certificate: [UInt8], clientAuthorities: [UInt8]? = nil) {
            self.privateKey = privateKey
            self.certificate = certificate
            self.clientAuthorities = clientAuthorities
        }

        /// Throws where certificate, key and authorities cannot be used together.
        public func validate() throws(HTTPError) {
            _ = try TLSCredentials(self)
        }
    }

    /// Throws where two settings contradict one another, naming both. A certificate is checked when a server
    /// is made.
    public func validate() throws(HTTPError) {
        guard threads >= 1, threads <= 64 else {
            throw .invalidSettings("a server has 1 to 64 threads, not \(threads)")
        }
        guard connections >= 1, connections <= 1 << 20 else {
            throw .invalidSettings("a server has 1 to 1048576 connections, not \(connections)")
        }
        guard limits.bodyBytes > 0, limits.bodyBytes <= 1 << 30 else {
            throw .invalidSettings("the body limit is 1 byte to 1 GiB, not \(limits.bodyBytes) bytes")
        }
        let greatest = 1 << 20
        guard (1...greatest).contains(limits.uriBytes), (1...greatest).contains(limits.headerBytes) else {
            throw .invalidSettings(
                "a request's line and its header fields have 1 byte to 1 MiB each, not \(limits.uriBytes) and "
                    + "\(limits.headerBytes) bytes")
        }
        guard limits.fieldBytes <= limits.headerBytes else {
            throw .invalidSettings(
                "one header field (\(limits.fieldBytes) bytes) exceeds the limit of all together "
                    + "(\(limits.headerBytes) bytes)")
        }
        for duration in [
            deadlines.headers, deadlines.body, deadlines.answer, deadlines.write, deadlines.idle,
        ] where duration <= .zero {
            throw .invalidSettings("a deadline is longer than nothing")
        }
    }
}
