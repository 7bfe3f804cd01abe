// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// One TCP connection on which a test sends separate bytes making and sees what comes back.
public final class RawHTTP {
    /// An answer as it was on the wire.
    public struct Answer: Equatable, Sendable {
        public var status: Int
        /// In the order sent; names in lower case.
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public subscript(name: String) -> String? { headers.last { $0.name == name }?.value }

        public var text: String { String(decoding: body, as: UTF8.self) }

        /// Whether it says that the connection ends with it.
        public var isLast: Bool { self["connection"]?.lowercased() == "close" }

        public static func == (one: Self, other: Self) -> Bool {
            one.status == other.status && one.body == other.body
                && one.headers.elementsEqual(other.headers) { $0 == $1 }
        }
    }

    public struct ConnectionFailed: Error, CustomStringConvertible {
        public let description: String
    }

    private let descriptor: Int32
    /// What was received and is not yet part of an answer that was taken.
    public private(set) var unread: [UInt8] = []
    /// Whether the other side was seen to close, or to reset the connection.
    public private(set) var isClosed = false

    /// Connects to a port of loopback.
    ///
    /// - Parameter receiveBufferBytes: asked of the system, for a client that takes little; nil leaves its
    ///   choice.
    public init(port: some BinaryInteger, isIPv6: Bool = false, receiveBufferBytes: Int32? = nil) throws {
        let family = isIPv6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let size = socklen_t(MemoryLayout<Int32>.size)
        if var bytes = receiveBufferBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, size) }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        let code = isIPv6 ? connect(v6: UInt16(port)) : connect(v4: UInt16(port))
        guard code == 0 else { throw ConnectionFailed(description: String(cString: strerror(errno))) }
    }

    private func connect(v4 port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func connect(v6 port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    deinit { close(descriptor) }

    /// Lets the connection end with a reset instead of a farewell, as when a client crashes.
    public func resetAtEnd() {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends bytes as they are. False if the other side has closed, or takes nothing more for `limit`.
    @discardableResult
    public func send(_ bytes: [UInt8], within limit: Duration = .seconds(120)) -> Bool {
        var sent = 0
        while sent < bytes.count {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, Self.milliseconds(limit)) > 0 else { return false }
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func send(_ text: String, within limit: Duration = .seconds(120)) -> Bool {
        send(Array(text.utf8), within: limit)
    }

    /// A POST with a body, as an ordinary client sends it.
    public func post(
        _ path: String, _ body: [UInt8], headers: [(String, String)] = []
    ) {
        var head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        send(Array((head + "\r\n").utf8) + body)
    }

    public func get(_ path: String) { send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n") }

    /// Says that nothing more will be sent.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer; nil if the connection closes, or `limit` passes, before one is complete.
    public func answer(within limit: Duration = .seconds(120)) -> Answer? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = takeAnswer() { return answer }
            guard receive(until: deadline) else { return nil }
        }
    }

    /// The statuses of all answers until the other side closes, until there were `count`, or until `limit`.
    public func statuses(upTo count: Int = .max, within limit: Duration = .seconds(120)) -> [Int] {
        let deadline = ContinuousClock.now + limit
        var statuses: [Int] = []
        while statuses.count < count {
            if let answer = takeAnswer() {
                statuses.append(answer.status)
            } else if !receive(until: deadline) {
                break
            }
        }
        return statuses
    }

    /// True if the other side closes within `limit`; what it still sends is kept for `answer`.
    public func closes(within limit: Duration = .seconds(120)) -> Bool {
        let deadline = ContinuousClock.now + limit
        while receive(until: deadline) {}
        return isClosed
    }

    /// False when the other side closed or the deadline passed.
    private func receive(until deadline: ContinuousClock.Instant) -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero, !isClosed else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Self.milliseconds(left)) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        isClosed = count <= 0
        if count > 0 { unread += buffer[..<count] }
        return !isClosed
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Cuts one whole answer off what was unread; interim answers (100 Continue) count as answers.
    private func takeAnswer() -> Answer? {
        guard let end = unread.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound else { return nil }
        let lines = String(decoding: unread[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "")
        else { return nil }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: line[..<colon].lowercased(),
                value: String(line[colon...].dropFirst().drop { $0 == " " })
            )
        }
        let length = headers.last { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard unread.count >= end + 4 + length else { return nil }
        let body = Array(unread[(end + 4)..<(end + 4 + length)])
        unread.removeSubrange(..<(end + 4 + length))
        return Answer(status: status, headers: headers, body: body)
    }
}
