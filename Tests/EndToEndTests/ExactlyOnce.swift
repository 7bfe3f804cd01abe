// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// What an installation finally holds, beside what its callbacks lead to.
struct ExactlyOnce {
    let expected: Expectation
    /// Of each topic that readers read.
    private(set) var comparisons: [Topic: OutputComparison] = [:]
    let isStateEqual: Bool
    /// The exit code of `tidings prove`, and what it found wrong.
    let isProved: Bool
    let proof: String
    /// By decision, as `prove` counts them.
    let provedAccount: [Decision: Int]

    init(_ installation: Installation) throws {
        expected = try Expectation(installation)
        for topic in [Topic.status, .review, .deadLetter] {
            comparisons[topic] = OutputComparison(
                found: try Expectation.found(topic, in: installation), wanted: expected.outputs[topic] ?? [])
        }
        var states: [[UInt8]: [UInt8]] = [:]
        for record in try readAll(
            installation.topics[.changelog], at: installation.broker.bootstrapServers)
        {
            if let key = record.key, key != PartitionProgress.key { states[key] = record.value }
        }
        isStateEqual = states == expected.states
        let process = try installation.prove()
        isProved = process.waitForEnd(within: .zero) == .exit(0)
        proof = process.output + process.errors
        provedAccount = try Self.account(in: process.output)
    }

    private static func account(in report: String) throws -> [Decision: Int] {
        let document = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
        let counts = document?["account"] as? [String: Any] ?? [:]
        var account: [Decision: Int] = [:]
        for decision in Decision.allCases {
            let name = "\(decision.name)".replacing("-", with: "_")
            if let count = counts[name] as? Int, count > 0 { account[decision] = count }
        }
        return account
    }
}

/// Holds the topics against the callbacks: every output that must be there, once, in order, byte for byte;
/// nothing else; and a state for each payment that is what the decisions left. And `tidings prove` must say
/// the same.
@discardableResult
func expectExactlyOnce(
    in installation: Installation, sourceLocation: SourceLocation = #_sourceLocation
) throws -> ExactlyOnce {
    let found = try ExactlyOnce(installation)
    #expect(found.expected.callbackCount > 0, sourceLocation: sourceLocation)
    for (topic, comparison) in found.comparisons {
        #expect(comparison.isExact, "\(topic): \(comparison)", sourceLocation: sourceLocation)
    }
    #expect(found.isStateEqual, sourceLocation: sourceLocation)
    #expect(found.isProved, "\(found.proof.suffix(3000))", sourceLocation: sourceLocation)
    #expect(found.provedAccount == found.expected.account, sourceLocation: sourceLocation)
    return found
}
