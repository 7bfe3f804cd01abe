// SPDX-License-Identifier: Apache-2.0
public import Foundation

/// Where this package is, for tests that read its files.
public enum Repository {
    /// The folder of `Package.swift`.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder by its path from the root, such as `schemas/statuses.json`.
    public static func file(_ path: String) -> URL { root.appendingPathComponent(path) }

    /// A product of this build, which is beside the running test bundle, such as `tidings`.
    public static func product(_ name: String) -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent(name)
    }
}
