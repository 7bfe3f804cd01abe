// SPDX-License-Identifier: Apache-2.0
package import Kafka

/// Whether Kafka takes callbacks, derived from the outcomes of produce requests. A metadata answer alone does
/// not show it: a broker that refuses every record still answers for its topics.
///
///     writing ── failure ──▶ doubtful ── 3 failures over 5 s ──▶ failing
///     failing ── quiet for 5 s, a broker answers ──▶ unproven ── failure ──▶ failing
///     every phase ── success ──▶ writing
///
/// `failing` is not ready. A load balancer then sends nothing, so no success can come: when no record failed
/// for 5 s and a broker answers for the topic, the instance becomes ready again (`unproven`), and the next
/// outcome decides. One failure is then enough.
///
/// Errors of one record never count: another record may be written.
package struct ProduceHealth: Sendable {
    /// Failures without a success in between before the instance is not ready.
    package static let leastFailures = 3
    /// How long they go on, and how long none may come before a metadata answer is believed.
    package static let span: Int64 = 5000

    package enum Phase: Sendable, Equatable {
        /// The last outcome was a success, or there was none yet.
        /// Valid transitions: `doubtful`.
        case writing
        /// Some records failed. Times are milliseconds of a clock that never goes backwards.
        /// Valid transitions: `writing`, `failing`.
        case doubtful(since: Int64, failures: Int)
        /// Not ready.
        /// Valid transitions: `writing`, `unproven`.
        case failing(lastFailureAt: Int64)
        /// Ready, without a success since `failing`.
        /// Valid transitions: `writing`, `failing`.
        case unproven
    }

    package private(set) var phase = Phase.writing
    /// The error of the last failure that counted; nil after a success.
    package private(set) var lastError: KafkaError.Code?

    package init() {}

    /// Whether records are refused, so that the instance is not ready.
    package var isFailing: Bool {
        switch phase {
        case .failing: true
        case .writing, .doubtful, .unproven: false
        }
    }

    /// Kafka confirmed a record.
    package mutating func recordSuccess() {
        phase = .writing
        lastError = nil
    }

    /// A record was not confirmed.
    package mutating func recordFailure(_ code: KafkaError.Code, at now: Int64) {
        switch code.produceScope {
        case .record: return
        case .topic, .cluster, .producer: break
        }
        lastError = code
        switch phase {
        case .writing:
            phase = .doubtful(since: now, failures: 1)
        case .doubtful(let since, let failures):
            let isLasting = failures + 1 >= Self.leastFailures && now - since >= Self.span
            phase = isLasting ? .failing(lastFailureAt: now) : .doubtful(since: since, failures: failures + 1)
        case .failing, .unproven:
            phase = .failing(lastFailureAt: now)
        }
    }

    /// A broker answered for the topic.
    package mutating func recordLookUp(at now: Int64) {
        switch phase {
        case .failing(let lastFailureAt) where now - lastFailureAt >= Self.span: phase = .unproven
        case .writing, .doubtful, .failing, .unproven: break
        }
    }
}
