// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import System

/// The socket that a server accepts on. Made here and not by libmicrohttpd, whose start reports no reason
/// when an address is taken.
struct ListeningSocket: ~Copyable {
    let descriptor: Int32
    let isIPv6: Bool
    /// The port the system gave, where 0 was asked for.
    let port: UInt16

    /// Resolves the host, binds and listens; of several addresses of a name the first that can be bound.
    init(_ address: BindAddress) throws(HTTPError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let host: String? = address.host.isEmpty ? nil : address.host
        guard getaddrinfo(host, String(address.port), &hints, &found) == 0, let found else {
            throw .invalidAddress(address.description)
        }
        defer { freeaddrinfo(found) }

        var reason = "no address"
        var candidate: UnsafeMutablePointer<addrinfo>? = found
        while let next = candidate {
            if let descriptor = Self.listen(on: next.pointee) {
                self.descriptor = descriptor
                isIPv6 = next.pointee.ai_family == AF_INET6
                port = Self.port(of: descriptor)
                return
            }
            reason = systemMessage(errno)
            candidate = next.pointee.ai_next
        }
        throw .cannotListen(address: address.description, reason: reason)
    }

    /// Another descriptor of the same socket, for one more loop that accepts on it.
    func duplicate() -> Int32 {
        fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    }

    deinit {
        close(descriptor)
    }

    private static func listen(on address: addrinfo) -> Int32? {
        let type = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, type, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        var off: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        // A restart must not wait for the last connections' TIME_WAIT.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if address.ai_family == AF_INET6 {
            // `[::]` takes IPv4 too, as mapped addresses.
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
        }
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0,
            Glibc.listen(descriptor, SOMAXCONN) == 0
        else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        return descriptor
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length)
            // The port is at the same place in both families.
            return UInt16(bigEndian: start.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port)
        }
    }
}

extension IPAddress {
    /// A peer's address as the socket reports it.
    init(_ address: UnsafePointer<sockaddr>) {
        let start = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let v4 = start.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_addr.s_addr
            self.init(v4: UInt32(bigEndian: v4))
        case AF_INET6:
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            self.init(
                high: UInt64(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                low: UInt64(bigEndian: start.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
        default:
            self = .unspecified
        }
    }
}
