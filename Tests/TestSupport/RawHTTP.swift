internal import Glibc

/// One TCP connection on which a test sends bytes of its own making and sees what comes back.
public final class RawHTTP {
    /// An answer as it stood on the wire.
    public struct Answer: Equatable, Sendable {
        public var status: Int
        /// In the order sent; names in lower case.
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public subscript(name: String) -> String? { headers.last { $0.name == name }?.value }

        public static func == (one: Self, other: Self) -> Bool {
            one.status == other.status && one.body == other.body
                && one.headers.elementsEqual(other.headers) { $0 == $1 }
        }
    }

    public struct ConnectionFailed: Error, CustomStringConvertible {
        public let description: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects to a port of loopback.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw ConnectionFailed(description: String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are. False if the other side has closed.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

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
    public func answer(within limit: Duration = .seconds(20)) -> Answer? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = takeAnswer() { return answer }
            guard receive(until: deadline) else { return nil }
        }
    }

    /// True if the other side closes within `limit`; what it still sends is kept for `answer`.
    public func closes(within limit: Duration = .seconds(20)) -> Bool {
        let deadline = ContinuousClock.now + limit
        while receive(until: deadline) {}
        return ContinuousClock.now < deadline
    }

    /// False when the other side closed or the deadline passed.
    private func receive(until deadline: ContinuousClock.Instant) -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds =
            left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        guard poll(&waiting, 1, Int32(milliseconds + 1)) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// Cuts one whole answer off what was received; interim answers (100 Continue) count as answers.
    private func takeAnswer() -> Answer? {
        guard
            let end = received.indices.first(where: { received[$0...].starts(with: Array("\r\n\r\n".utf8)) })
        else { return nil }
        let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
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
        guard received.count >= end + 4 + length else { return nil }
        let body = Array(received[(end + 4)..<(end + 4 + length)])
        received.removeSubrange(..<(end + 4 + length))
        return Answer(status: status, headers: headers, body: body)
    }
}
