// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import Telemetry

/// A log that a test can read.
public final class LogFile: Sendable {
    public let log: Log
    private let path: URL
    private let descriptor: Int32

    public init(level: LogLevel = .debug) throws {
        let name = "tidings-log-\(UUID().uuidString)"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        Reaper.shared.removeAtEnd(path)
        descriptor = open(path.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        log = Log(level: level, format: .json, descriptor: descriptor)
    }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(at: path)
    }

    /// All lines so far.
    public var lines: [String] {
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// The lines that contain a text.
    public func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }
}
