// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gate
import Platform
import TestSupport
import Testing

/// `schemas/platform.yaml` and `schemas/platform-scenario.schema.json` against the simulator, by external
/// tools.
@Suite("The description of the simulator")
struct DescriptionTests {
    static let processor = OutsideTool(
        "Tests/Reference/check_platform.py",
        modules: ["schemathesis", "openapi_spec_validator", "yaml", "jsonschema"])
    private static let document = Repository.file("schemas/platform.yaml").path
    private static let schema = Repository.file("schemas/platform-scenario.schema.json").path
    private static let folder = Repository.file("Sources/Platform/Scenarios/Files")

    /// Another seed makes other requests; a failure prints the request.
    private static let seed = ProcessInfo.processInfo.environment["TIDINGS_TEST_SEED"] ?? "20241207"

    @Test("it is OpenAPI 3.1", .needs(processor))
    func document() throws {
        let (ending, output) = try Self.processor.run(["document", Self.document])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test(
        "whatever schemathesis makes of it is answered as it says, and Gate answers what verifies",
        .needs(processor))
    func driven() throws {
        let names = ["success", "decline", "duplicate"]
        let simulator = try Simulator(
            scenarios: try names.map { name in
                try Scenario(
                    name: name,
                    JSONValue(parsing: Array(#"{"steps":[{"callback":{"status":"success"}}]}"#.utf8)))
            })
        let secret = String(decoding: Simulator.secret, as: UTF8.self)
        let (ending, output) = try Self.processor.run(
            ["drive", Self.document, simulator.url, secret, Self.seed], within: .seconds(600))
        #expect(ending == .exit(0), "\(output)")
    }

    @Test("the scenarios of the program are accepted by their schema", .needs(processor))
    func builtIn() throws {
        let files = BuiltInScenarios.files.map { Self.folder.appending(path: "\($0.name).yaml").path }
        let (ending, output) = try Self.processor.run(["scenarios", Self.schema] + files)
        #expect(ending == .exit(0) && output.split(separator: "\n").count == files.count, "\(output)")
        #expect(!output.contains("refused"))
    }

    @Test(
        "the schema refuses what the reader refuses", .needs(processor),
        arguments: [
            "steps: []", "steps: [{wait: soon}]", "steps: [{wait: 1s, callback: {status: success}}]",
            "steps: [{callback: {}}]", "steps: [{callback: {stauts: success}}]",
            "steps: [{callback: {status: success, faults: [late]}}]",
            "steps: [{callback: {status: success, action: dance}}]",
            "steps: [{callback: {status: success, amount: -1}}]",
            "payment: {currency: dollars}\nsteps: [{wait: 1s}]",
            "stepz: []",
        ])
    func refused(text: String) throws {
        let folder = try TemporaryDirectory()
        let file = folder.file("scenario.yaml")
        try Data(text.utf8).write(to: file)
        let (_, output) = try Self.processor.run(["scenarios", Self.schema, file.path])
        #expect(output == "refused\n")
    }
}
