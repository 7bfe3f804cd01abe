internal import Glibc

/// A client that sends exactly the bytes it is told to and shows exactly what came back.
public final class RawClient {
    private let descriptor: Int32
    /// What was received and not yet taken as an answer.
    public private(set) var received: [UInt8] = []
    /// Whether the server has closed its side (or reset the connection).
    public private(set) var isClosed = false

    public struct Answer: Equatable {
        public var status: Int
        public var fields: [String: String]
        public var body: String
    }

    public enum Failure: Error {
        case cannotConnect
        /// Neither an answer nor a close came in time; what did come.
        case timedOut(String)
        case closedWithoutAnswer(String)
    }

    public init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure.cannotConnect }
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of it; false where the server has closed meanwhile.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Tells the server that nothing more will come.
    public func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Waits for the next whole answer.
    public func answer(within limit: Duration = .seconds(10)) throws -> Answer {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = takeAnswer() { return answer }
            if isClosed { throw Failure.closedWithoutAnswer(String(decoding: received, as: UTF8.self)) }
            receive(until: deadline)
            if !isClosed, ContinuousClock.now >= deadline {
                throw Failure.timedOut(String(decoding: received, as: UTF8.self))
            }
        }
    }

    /// Waits for the server's close, gathering what still comes. False where it did not close in time.
    public func waitForClose(within limit: Duration = .seconds(10)) -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isClosed, ContinuousClock.now < deadline { receive(until: deadline) }
        return isClosed
    }

    /// All statuses that come until the server closes, or until there have been `count`.
    public func statuses(upTo count: Int = .max, within limit: Duration = .seconds(10)) -> [Int] {
        let deadline = ContinuousClock.now + limit
        var statuses: [Int] = []
        while statuses.count < count {
            if let answer = takeAnswer() {
                statuses.append(answer.status)
            } else if isClosed || ContinuousClock.now >= deadline {
                break
            } else {
                receive(until: deadline)
            }
        }
        return statuses
    }

    private func receive(until deadline: ContinuousClock.Instant) {
        let left = max((deadline - .now).components.seconds * 1000 + 1, 1)
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(min(left, 100))) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { received += buffer[..<count] } else { isClosed = true }
    }

    private func takeAnswer() -> Answer? {
        while true {
            guard let head = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let words = lines.first?.split(separator: " ") ?? []
            let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                fields[parts[0].lowercased()] = parts[1].trimmingPrefix(" ").description
            }
            let length = Int(fields["content-length"] ?? "0") ?? 0
            guard received.count >= head.upperBound + length else { return nil }
            let body = received[head.upperBound..<head.upperBound + length]
            let answer = Answer(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
            received.removeSubrange(..<(head.upperBound + length))
            // An interim answer is none.
            if status == 100 { continue }
            return answer
        }
    }
}
