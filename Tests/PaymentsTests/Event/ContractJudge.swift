import Foundation
import TestSupport
import Testing

/// The outside judge of the contract: a Python that has jsonschema and protobuf, with protoc beside it.
enum ContractJudge {
    /// Nil where there is none.
    static let python: URL? = {
        let chosen = ProcessInfo.processInfo.environment["TIDINGS_JUDGES"].map { URL(fileURLWithPath: $0) }
        return [chosen, Program.find("python3")].compactMap { $0 }.first { python in
            (try? run(python, ["can"]))?.ending == .exit(0)
        }
    }()

    static let howToHaveOne: Comment =
        "install protoc, and jsonschema and protobuf for python3 (TIDINGS_JUDGES names another Python)"

    static func run(_ arguments: String...) throws -> (ending: ChildProcess.Ending?, output: String) {
        try run(#require(python), arguments)
    }

    private static func run(
        _ python: URL, _ arguments: [String]
    ) throws -> (ending: ChildProcess.Ending?, output: String) {
        let script = Repository.file("Tests/PaymentsTests/Reference/judge_contract.py").path
        let child = try ChildProcess(python, [script] + arguments)
        return (child.waitForEnd(within: .seconds(120)), child.output + child.errors)
    }
}
