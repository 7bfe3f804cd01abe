// SPDX-License-Identifier: Apache-2.0
internal import Payments

extension PublishedEvent.Payment {
    /// Nil for what has no date.
    var reported: PaymentState.Reported? {
        asOf.map {
            PaymentState.Reported(
                type: type, method: method, status: status, amount: amount, currency: currency, asOf: $0)
        }
    }
}
