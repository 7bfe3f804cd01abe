// SPDX-License-Identifier: Apache-2.0
public import Foundation
internal import Synchronization
public import Testing

/// A script run by a Python that has the modules it needs: a record processor of `Tests/Reference`, or an
/// example for readers.
///
/// `deploy/test` installs them and names that Python in `TIDINGS_TEST_PYTHON`; where it could not, any
/// `python3` that has them will do.
public struct OutsideTool: Sendable {
    private let script: String
    private let modules: [String]
    private let programs: [String]

    /// - Parameters:
    ///   - script: its path in the repository.
    ///   - modules: Python's, without which it cannot run.
    ///   - programs: of the machine, likewise.
    public init(_ script: String, modules: [String], programs: [String] = []) {
        self.script = script
        self.modules = modules
        self.programs = programs
    }

    /// Nil where there is none.
    public var python: URL? {
        guard programs.allSatisfy({ Program.find($0) != nil }) else { return nil }
        return Self.found.withLock { found in
            if let known = found[modules] { return known }
            let chosen = ProcessInfo.processInfo.environment["TIDINGS_TEST_PYTHON"].map {
                URL(fileURLWithPath: $0)
            }
            let python = [chosen, Program.find("python3")].compactMap { $0 }.first { Self.has(modules, $0) }
            found[modules] = .some(python)
            return python
        }
    }

    public var howToHaveOne: Comment {
        "needs \((programs + modules).joined(separator: ", ")): deploy/test installs them where PyPI can be reached"
    }

    /// The script on its way.
    public func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            #require(python), [Repository.file(script).path] + arguments,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }

    /// How the script ended, nil if it had not after `limit`, and all that it wrote.
    public func run(
        _ arguments: [String], within limit: Duration = .seconds(120)
    ) throws -> (ending: ChildProcess.Ending?, output: String) {
        let child = try start(arguments)
        return (child.waitForEnd(within: limit), child.output + child.errors)
    }

    private static let found = Mutex<[[String]: URL?]>([:])

    private static func has(_ modules: [String], _ python: URL) -> Bool {
        let look = """
            import importlib.util, sys
            sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))
            """
        let child = try? ChildProcess(python, ["-c", look] + modules)
        return child?.waitForEnd(within: .seconds(120)) == .exit(0)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where its check cannot be had, and says what is missing.
    public static func needs(_ processor: OutsideTool) -> Self {
        .enabled(if: processor.python != nil, processor.howToHaveOne)
    }
}
