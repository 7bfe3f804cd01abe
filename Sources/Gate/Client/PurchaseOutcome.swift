// SPDX-License-Identifier: Apache-2.0

/// How a purchase ended, as far as it is known.
public enum PurchaseOutcome: Sendable, Equatable {
    /// The platform has the purchase. Its result follows in callbacks.
    ///
    /// - Parameters:
    ///   - requestID: the platform's id of the request, where it is known.
    ///   - status: what the platform said when it was asked, because the purchase had no readable answer.
    case accepted(requestID: String?, status: PaymentStatus?)
    /// The platform refused it.
    case refused(PlatformRefusal)
    /// It provably did not arrive.
    case notSent(String)
    /// It may have arrived. Do not buy again: ask for the status.
    case unknown(String)

    /// The name in output for scripts.
    public var name: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .notSent: "not-sent"
        case .unknown: "unknown"
        }
    }
}
