// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Runs the runbook's command lines in a shell, with `tidings`, Kafka's tools and a stand-in for
/// `systemctl` on its path. Only the placeholders are replaced.
final class OperatorShell {
    private let installation: Installation
    private let folder: TemporaryDirectory
    private let placeholders: [(name: String, value: String)]
    private let settings: [String: String]

    /// - Parameters:
    ///   - placeholders: the names of values in the command lines, in the order of replacement.
    ///   - environment: settings beyond those of the installation.
    init(
        _ installation: Installation, _ placeholders: [(name: String, value: String)] = [],
        environment: [String: String] = [:]
    ) throws {
        self.installation = installation
        settings = environment
        self.placeholders = placeholders + [("…", installation.broker.bootstrapServers)]
        folder = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            at: folder.file("tidings"), withDestinationURL: Repository.product("tidings"))
        // The requests are carried out by the test, as systemd would.
        let script = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '\(folder.file("requests").path)'\n"
        try Data(script.utf8).write(to: folder.file("systemctl"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.file("systemctl").path)
    }

    /// A file that a command wrote in the folder of the shell.
    func text(of name: String) throws -> String { try String(contentsOf: folder.file(name), encoding: .utf8) }

    /// Runs one command line to its end in a folder of the shell's own, and returns what it printed.
    ///
    /// - Parameter code: how it has to exit.
    @discardableResult
    func run(_ command: String, exit code: Int32 = 0) throws -> String {
        let line = placeholders.reduce(command) { $0.replacing($1.name, with: $1.value) }
        let environment = ProcessInfo.processInfo.environment
        let path = [
            folder.url.path, (environment["KAFKA_HOME"] ?? "") + "/bin", environment["PATH"] ?? "",
        ]
        let shell = try ChildProcess(
            URL(fileURLWithPath: "/bin/sh"), ["-c", "cd '\(folder.url.path)'; \(line)"],
            environment: installation.environment.merging(settings) { $1 }.merging(
                [
                    "PATH": path.joined(separator: ":"), "KAFKA_HEAP_OPTS": "-Xmx256m",
                    "LOG_DIR": folder.file("logs").path,
                ]) { $1 })
        let ending = shell.waitForEnd(within: .seconds(300))
        #expect(ending == .exit(code), "\(line)\n\(shell.output)\(shell.errors)")
        return shell.output + shell.errors
    }

    /// What was asked of systemd since the last call: a verb, the options and the unit.
    func takeRequests() -> [[String]] {
        let file = folder.file("requests")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(at: file)
        return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }
}

extension Fleet {
    /// Does what systemd does for the units of the workers.
    func carryOut(_ request: [String]) throws {
        let unit = try #require(request.last?.firstMatch(of: /^tidings-worker@(\d+)$/), "\(request)")
        let slot = try #require(Int(unit.output.1))
        switch request.first {
        case "enable":
            try #require(request.contains("--now"))
            try startWorker(slot)
        case "disable": break
        case "kill":
            try #require(request.contains("--signal=SIGUSR1") && request.contains("--kill-whom=main"))
            stopWorker(slot, by: SIGUSR1)
        default: Issue.record("the stand-in for systemctl does not know \(request)")
        }
    }
}
