// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport

/// The socket of a service manager, as systemd opens it for a unit with `Type=notify`.
final class NotifySocket {
    /// What `NOTIFY_SOCKET` contains.
    let name: String
    private let descriptor: Int32
    private let path: String?

    /// - Parameter isAbstract: whether the name is in Linux's abstract namespace, not in a file system.
    init(isAbstract: Bool, in folder: borrowing TemporaryDirectory) throws {
        let unique = "tidings-\(UUID().uuidString)"
        path = isAbstract ? nil : folder.file("notify").path
        name = path ?? "@\(unique)"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = descriptor
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard code == 0 else { throw Installation.Broken("bind: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// The next message; nil if none comes within `limit`.
    func next(within limit: Duration = .seconds(120)) -> String? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(limit / .milliseconds(1))) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// The next message with this line or the beginning of one; nil if none comes within `limit`.
    func next(containing text: String, within limit: Duration = .seconds(120)) -> String? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            guard let message = next(within: ContinuousClock.now.duration(to: deadline)) else { return nil }
            if message.split(separator: "\n").contains(where: { $0.hasPrefix(text) }) { return message }
        }
        return nil
    }

    /// All messages that have arrived.
    func drain() -> [String] {
        var messages: [String] = []
        while let message = next(within: .zero) { messages.append(message) }
        return messages
    }
}
