// SPDX-License-Identifier: Apache-2.0
public import Foundation
public import Testing

/// A file system of a few megabytes in memory, to be filled up and enlarged: what a full disk does is the
/// kernel's to say. Making one needs the right to mount.
public struct SmallDisk: ~Copyable {
    public let url: URL

    /// Whether this process may mount; asked once.
    public static let isAllowed: Bool = (try? SmallDisk(megabytes: 1)) != nil

    public init(megabytes: Int) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tidings-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        Reaper.shared.removeAtEnd(url)
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tidings-test", url.path)
    }

    public func resize(megabytes: Int) throws {
        try Self.run("mount", "-o", "remount,rw,size=\(megabytes)m", url.path)
    }

    /// Nothing may have a file on it open for writing.
    public func makeReadOnly() throws { try Self.run("mount", "-o", "remount,ro", url.path) }

    deinit {
        // Lazily: whatever still has a file open keeps it until it ends.
        try? Self.run("umount", "--lazy", url.path)
        try? FileManager.default.removeItem(at: url)
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private static func run(_ words: String...) throws {
        let child = try ChildProcess(URL(fileURLWithPath: "/usr/bin/env"), words)
        guard child.waitForEnd(within: .seconds(120)) == .exit(0) else {
            throw Refused(description: "\(words.joined(separator: " ")): \(child.errors)")
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where nothing may be mounted, and says so.
    public static var needsSmallDisk: Self {
        .enabled(
            if: SmallDisk.isAllowed, "fills up a separate file system: needs the right to mount (root)")
    }
}
