// SPDX-License-Identifier: Apache-2.0
public import Foundation
internal import Testing

/// A program of the machine, such as `python3`.
public enum Program {
    public struct Failed: Error {
        public var errors: String
    }

    public static func find(_ name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// What it writes until it ends well.
    public static func output(of name: String, _ arguments: [String]) throws -> String {
        let child = try ChildProcess(#require(find(name)), arguments)
        let ending = child.waitForEnd(within: .seconds(120))
        guard ending == .exit(0) else { throw Failed(errors: child.errors) }
        return child.output
    }
}
