// SPDX-License-Identifier: Apache-2.0
internal import Gate
public import Payments

/// A history of callbacks to send: what a scenario file contains.
public struct Scenario: Sendable, Equatable {
    public let name: String
    public let description: String
    let money: Money
    let steps: [Step]
    /// The scenario as it was given, for the record of a run.
    let definition: JSONValue

    enum Step: Sendable, Equatable {
        case wait(Duration)
        case callback(Callback)
    }

    struct Callback: Sendable, Equatable {
        /// Which operation of the payment, from 1.
        var operation = 1
        var type = "sale"
        var status = ""
        /// The payment's status; nil is that of the operation.
        var paymentStatus: String?
        var amount: Int64?
        /// What remains of the payment's amount; nil leaves it.
        var remaining: Int64?
        var code: String?
        var message: String?
        var description: String?
        var action: CallbackBody.Action?
        var faults: Set<Fault> = []
        /// Later than its place in the list, so that others overtake it.
        var delay = Duration.zero
    }

    /// What goes wrong on the way of a callback.
    enum Fault: String, Sendable, CaseIterable {
        /// It is sent twice, byte for byte.
        case duplicate
        /// It is sent again with its dates moved by a second.
        case dateShift = "date-shift"
        /// Its first answer of 200 is lost, so that it is sent again.
        case lostAnswer = "lost-answer"
        /// It is signed with another secret.
        case wrongSignature = "wrong-signature"
        /// Its description has 40,000 characters.
        case largeText = "large-text"
        /// Its description and message have every kind of character that is hard to carry.
        case oddText = "odd-text"
    }

    /// For the JSON text of the longest scenario.
    public static let limits = JSONLimits(members: 50_000)

    /// Why a scenario cannot be used: the place in it, and what is wrong there.
    public struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String

        init(_ path: String, _ message: String) { description = "\(path) \(message)" }
    }
}
