// SPDX-License-Identifier: Apache-2.0
public import Gate

/// The histories of a load: scenarios, each with its share of the payments.
public struct LoadHistories: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        var scenario: Scenario
        var weight: Int
    }

    let entries: [Entry]
    private let total: Int

    /// Reads `histories: [{scenario: success, weight: 85}, {definition: {steps: […]}, weight: 15}]`.
    ///
    /// - Parameter known: the scenarios that can be given by name.
    public init(_ json: JSONValue, known: [Scenario]) throws(Scenario.Malformed) {
        try Scenario.check(json, "the file", has: ["histories"])
        guard case .array(let elements)? = json["histories"], (1...1000).contains(elements.count) else {
            throw Scenario.Malformed("histories", "is not a list of 1 to 1000 histories")
        }
        var entries: [Entry] = []
        for (index, element) in elements.enumerated() {
            entries.append(try Self.entry(element, "histories[\(index)]", known))
        }
        self.init(entries)
    }

    /// One scenario for every payment.
    public init(_ scenario: Scenario) {
        self.init([Entry(scenario: scenario, weight: 1)])
    }

    private init(_ entries: [Entry]) {
        self.entries = entries
        total = entries.reduce(0) { $0 + $1.weight }
    }

    private static func entry(
        _ json: JSONValue, _ path: String, _ known: [Scenario]
    ) throws(Scenario.Malformed) -> Entry {
        try Scenario.check(json, path, has: ["scenario", "definition", "weight"])
        let weight = try Scenario.integer(json["weight"], "\(path).weight", 1...1_000_000) ?? 1
        switch (json["scenario"]?.text, json["definition"]) {
        case (let name?, nil):
            guard let scenario = known.first(where: { $0.name == name }) else {
                let names = known.map(\.name).joined(separator: ", ")
                throw Scenario.Malformed("\(path).scenario", "is not one of \(names)")
            }
            return Entry(scenario: scenario, weight: Int(weight))
        case (nil, let definition?):
            do throws(Scenario.Malformed) {
                return Entry(
                    scenario: try Scenario(name: "load", definition), weight: Int(weight))
            } catch {
                throw Scenario.Malformed("\(path).definition:", error.description)
            }
        case (nil, nil), (_?, _?):
            throw Scenario.Malformed(path, "has neither a scenario nor a definition, or both")
        }
    }

    /// How many callbacks a payment has on average.
    var meanCallbacks: Double {
        let sum = entries.reduce(0) { $0 + $1.weight * $1.scenario.callbackCount }
        return Double(sum) / Double(total)
    }

    func next(_ random: inout SeededRandom) -> Scenario {
        var rest = Int(random.next() % UInt64(total))
        for entry in entries {
            rest -= entry.weight
            if rest < 0 { return entry.scenario }
        }
        preconditionFailure("the weights do not add up to their total")
    }
}

extension Scenario {
    /// With every redelivery that a fault makes.
    var callbackCount: Int {
        steps.reduce(0) { count, step in
            guard case .callback(let callback) = step else { return count }
            let again: Set<Fault> = [.duplicate, .dateShift, .lostAnswer]
            return count + 1 + callback.faults.intersection(again).count
        }
    }
}
