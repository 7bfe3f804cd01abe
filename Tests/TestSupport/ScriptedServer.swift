// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import Synchronization

/// A TCP server on loopback that reads requests and does with each what a test's script says: answer, cut,
/// reset, stay silent. It counts what arrived, which is the point.
public final class ScriptedServer: Sendable {
    public struct Request: Sendable, Equatable {
        /// Which connection it came on, from 0.
        public var connection: Int
        public var method: String
        public var path: String
        /// `Name: value`, in the order received.
        public var fields: [String]
        public var body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What to do with a request that has been read.
    public enum Step: Sendable {
        /// Write these bytes and close.
        case answer([UInt8])
        /// Write these bytes and read the next request of the same connection.
        case answerAndKeep([UInt8])
        /// Write these bytes and end the connection by a reset.
        case reset([UInt8])
        /// Write nothing until the client has gone.
        case silence
        /// Write these bytes again and again until the client has gone.
        case flood([UInt8])

        /// An answer with a body.
        public static func json(_ body: String, status: Int = 200, fields: String = "") -> Step {
            .answer(ScriptedServer.answer(body, status: status, fields: fields))
        }
    }

    /// The bytes of an answer with a body.
    public static func answer(_ body: String, status: Int = 200, fields: String = "") -> [UInt8] {
        Array(
            ("HTTP/1.1 \(status) Whatever\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                + "\(fields)\r\n\(body)").utf8)
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var isStopped = false
    }

    public let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let script: @Sendable (Request, Int) -> Step

    /// - Parameters:
    ///   - port: where it listens; 0 lets the system pick.
    ///   - script: gets a request and its number, from 0.
    public init(port: UInt16 = 0, _ script: @escaping @Sendable (Request, Int) -> Step) throws {
        self.script = script
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isListening else {
            throw RawHTTP.ConnectionFailed(description: String(cString: strerror(errno)))
        }
        self.port = UInt16(bigEndian: address.sin_port)
        // The thread does not keep the server alive: its end is what ends the thread.
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { break }
                let number = state.withLock { state in
                    state.connections += 1
                    return state.connections - 1
                }
                Thread.detachNewThread { self.serve(connection, number: number) }
            }
            close(descriptor)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// The requests that arrived whole.
    public var requests: [Request] { state.withLock { $0.requests } }

    public var connectionCount: Int { state.withLock { $0.connections } }

    private func serve(_ connection: Int32, number: Int) {
        defer { close(connection) }
        var input: [UInt8] = []
        while let request = read(&input, from: connection, number: number) {
            let index = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            switch script(request, index) {
            case .answer(let bytes):
                _ = write(bytes, to: connection)
                return
            case .answerAndKeep(let bytes): _ = write(bytes, to: connection)
            case .reset(let bytes):
                _ = write(bytes, to: connection)
                var abrupt = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
                return
            case .silence:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            case .flood(let bytes):
                while write(bytes, to: connection) {}
                return
            }
        }
    }

    /// The next request of a connection; nil once the client has closed it.
    private func read(_ input: inout [UInt8], from connection: Int32, number: Int) -> Request? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let request = take(&input, number: number) { return request }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            input += buffer[..<count]
        }
    }

    private func take(_ input: inout [UInt8], number: Int) -> Request? {
        guard let end = input.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: input[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
        let bodyEnd = end.upperBound + (length ?? 0)
        guard words.count == 3, input.count >= bodyEnd else { return nil }
        defer { input.removeSubrange(..<bodyEnd) }
        return Request(
            connection: number, method: String(words[0]), path: String(words[1]),
            fields: lines.dropFirst().map(String.init),
            body: Array(input[end.upperBound..<bodyEnd]))
    }

    private func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
