// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// A script of `Checks` that makes a root file system, for which it needs root, and the binary that it takes.
enum RootCheck {
    /// One that was built with `--static-swift-stdlib`: a root file system has no library of Swift.
    static let binary = ProcessInfo.processInfo.environment["TIDINGS_STATIC_BINARY"]
    static let needs: Comment =
        "needs TIDINGS_STATIC_BINARY (deploy/test --full builds one), root, mmdebstrap, bwrap and lintian"

    static var canRun: Bool {
        let tools = ["mmdebstrap", "bwrap", "lintian", "curl", "nsenter", "fakeroot"]
        return binary != nil && geteuid() == 0 && tools.allSatisfy { Program.find($0) != nil }
    }

    /// Runs it with the static binary, and returns a line for each fact that it found to hold.
    static func facts(of script: String) throws -> [String] {
        let folder = try TemporaryDirectory()
        let check = try ChildProcess(
            Repository.file("Tests/DeployTests/Checks/\(script)"), [#require(binary)],
            environment: ["TMPDIR": folder.url.path])
        let ending = check.waitForEnd(within: .seconds(3600))
        #expect(ending == .exit(0), "\(check.output)\(check.errors.suffix(20_000))")
        return check.output.split(separator: "\n").map(String.init)
    }
}
