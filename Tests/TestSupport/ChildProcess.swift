// SPDX-License-Identifier: Apache-2.0
public import Foundation
internal import Glibc
internal import Synchronization
internal import Testing

/// A program that a test runs beside itself, such as the built `tidings`.
///
/// What it writes goes to files, so that it never waits for a reader. It is killed when the value goes, and
/// when the test process dies.
public final class ChildProcess: Sendable {
    /// How a child ended.
    public enum Ending: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    public let identifier: pid_t
    private let outputFile: URL
    private let errorFile: URL
    private let ending = Mutex<Ending?>(nil)

    /// - Parameter environment: added to this process's own, from which all `TIDINGS_…` is taken out first.
    public init(_ program: URL, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tidings-child-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Reaper.shared.removeAtEnd(folder)
        outputFile = folder.appendingPathComponent("stdout")
        errorFile = folder.appendingPathComponent("stderr")
        let output = open(outputFile.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        let error = open(errorFile.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        defer {
            close(output)
            close(error)
        }
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TIDINGS_") }
        identifier = try spawn(
            program.path, arguments, environment: inherited.merging(environment) { $1 },
            standardOutput: output, standardError: error)
        Reaper.shared.watch(identifier)
    }

    /// Runs the built `tidings`.
    public static func tidings(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(Repository.product("tidings"), arguments, environment: environment)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: outputFile.deletingLastPathComponent())
    }

    /// All it has written to standard output so far.
    public var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// All it has written to standard error so far.
    public var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    public func send(_ signal: Int32) {
        ending.withLock { ending in
            // A child that was waited for may have given its number to another process.
            if ending == nil { _ = Glibc.kill(identifier, signal) }
        }
        if signal == SIGSTOP { waitUntilStopped() }
    }

    /// A stop begins when one of its threads is scheduled: on a busy machine the others go on meanwhile.
    private func waitUntilStopped() {
        let folder = "/proc/\(identifier)/task"
        eventually(within: .seconds(60)) {
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return threads.allSatisfy { thread in
                // The state is behind the name, which is in parentheses (proc(5)).
                guard let line = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8),
                    let name = line.lastIndex(of: ")")
                else { return true }
                return "TtZX".contains(line[line.index(name, offsetBy: 2)])
            }
        }
    }

    /// `kill -9`, and waits for the end.
    public func kill() {
        send(SIGKILL)
        waitForEnd(within: .seconds(60))
    }

    public var isRunning: Bool { poll() == nil }

    /// Waits for the end; nil if it still runs after `limit`.
    @discardableResult
    public func waitForEnd(within limit: Duration) -> Ending? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let ending = poll() { return ending }
            if ContinuousClock.now >= deadline { return nil }
            usleep(5_000)
        }
    }

    private func poll() -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            Reaper.shared.forget(identifier)
            let signal = status & 0x7f
            ending = signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
            return ending
        }
    }
}
