// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// One run of a scenario. The same run makes the same callbacks, byte for byte.
struct ScenarioRun: Sendable, Equatable {
    var id: String
    var scenario: Scenario
    var seed: UInt64
    /// Seconds since 1970.
    var start: Int64
    var projectID: Int64

    var paymentID: String {
        var random = SeededRandom(seed)
        return "\(scenario.name)-\(random.hexadecimal(12))"
    }
}

extension ScenarioRun {
    /// Reads a record.
    init(_ json: JSONValue) throws(Scenario.Malformed) {
        guard let id = json["run"]?.text, let name = json["scenario"]?.text,
            let definition = json["definition"],
            let seed = json["seed"]?.text.flatMap({ UInt64($0) }), let start = json["start"]?.integer,
            (0...253_402_000_000).contains(start), let project = json["project_id"]?.integer
        else { throw Scenario.Malformed("the record of the run", "is not one that trigger printed") }
        self.init(
            id: id, scenario: try Scenario(name: name, definition), seed: seed, start: start,
            projectID: project)
    }

    /// The record, from which the run can be repeated.
    var record: JSONValue {
        [
            "run": .string(id), "scenario": .string(scenario.name), "seed": "\(seed)",
            "start": .integer(start), "project_id": .integer(projectID), "payment_id": .string(paymentID),
            "definition": scenario.definition,
        ]
    }
}
