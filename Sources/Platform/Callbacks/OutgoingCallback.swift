// SPDX-License-Identifier: Apache-2.0
internal import WebClient

/// A signed callback that is to be delivered.
struct OutgoingCallback: Sendable {
    var address: WebAddress
    var body: [UInt8]
    /// The payment as it is from the first attempt on.
    var payment: SimulatedPayment
    /// What the callback reports, for people and scripts.
    var summary: String
    /// Whether the payment is the scenario's own, and unknown to the ledger before.
    var isOfScenario = false
    /// The first answer of 200 is treated as if it had been lost.
    var losesAnswer = false
    /// The number of the next attempt, from 1.
    var attempt = 1
}
