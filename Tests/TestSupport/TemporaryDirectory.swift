// SPDX-License-Identifier: Apache-2.0
public import Foundation

/// A new folder, removed when the value goes, or when the test process ends in any way.
public struct TemporaryDirectory: ~Copyable, Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tidings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        Reaper.shared.removeAtEnd(url)
    }

    public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    deinit { try? FileManager.default.removeItem(at: url) }
}
