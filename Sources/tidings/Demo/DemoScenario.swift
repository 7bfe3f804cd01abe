// SPDX-License-Identifier: Apache-2.0

/// What happens in the demo, and what must come of it.
enum DemoScenario {
    struct Purchase {
        var paymentID: String
        /// What the customer chooses at the bank; nil leaves.
        var button: String?
    }

    static let purchases = [
        Purchase(paymentID: "payment_47", button: "pay"),
        Purchase(paymentID: "payment_48", button: "decline"),
        Purchase(paymentID: "payment_49", button: nil),
    ]

    /// Scenarios of the simulator: what happens to callbacks on their way.
    static let scenarios = ["duplicate", "date-shift", "lost-answer", "reorder", "forged"]

    /// A redirect for each purchase, a result for two of them, and two callbacks of each scenario but the
    /// last.
    static let acceptedCount = 13
    /// The forged one.
    static let refusedCount = 1

    /// How many callbacks must come to each decision.
    static let expectedDecisions = ["advance": 9, "duplicate": 3, "late": 1]

    /// The status that each payment must have at the end.
    static let expectedStatuses = [
        "payment_47": "success", "payment_48": "decline", "payment_49": "awaiting redirect result",
        "duplicate": "success", "date-shift": "success", "lost-answer": "success", "reorder": "success",
    ]

    /// A payment of a scenario has the scenario's name and random digits.
    static func name(of paymentID: String) -> String {
        scenarios.first { paymentID.hasPrefix($0 + "-") } ?? paymentID
    }
}
