// SPDX-License-Identifier: Apache-2.0
import Payments

/// One payment's callbacks and what is decided of them: each decision reads the payment state from bytes and
/// writes it back, as a worker does.
struct PaymentLog {
    /// One event, as a reader sees it.
    struct Reported {
        var draft: CallbackDraft
        var decision: Decision
        var revision: Int64
        /// Seconds.
        var asOf: Int64?
        var paymentStatus: String?
        var paymentAmount: Int64?
        var isSuperseded: Bool
    }

    var settings = DeduplicationSettings.standard
    private(set) var bytes: [UInt8]?
    private(set) var reported: [Reported] = []
    private(set) var writes = 0
    private var fingerprinter = Fingerprinter()
    private var state = PaymentState()

    /// - Parameters:
    ///   - time: record time in seconds; as is usual, two seconds after the callback's date.
    ///   - accepted: what a release accepts; nil is an ordinary callback.
    ///   - releasedAt: in seconds; nil is the record time.
    @discardableResult
    mutating func send(
        _ draft: CallbackDraft, at time: Int64? = nil, accepting accepted: [ReviewFinding]? = nil,
        releasedAt: Int64? = nil
    ) throws(PaymentStateError) -> Decision {
        try load()
        let callback = draft.callback
        let fingerprint = fingerprinter.fingerprint(of: callback)
        let recordTime = Timestamp(seconds: time ?? draft.date + 2)
        let release = accepted.map {
            Release(
                by: "anna", at: recordTime, reason: "checked with the bank",
                from: CallbackPosition(topic: "payments.callbacks.v1", partition: 0, offset: 0), accepts: $0)
        }
        let outcome = state.decide(
            callback, fingerprint: fingerprint, at: recordTime, settings: settings, release: release,
            repeatedAt: release.map { _ in releasedAt.map { Timestamp(seconds: $0) } ?? recordTime })
        if outcome.hasChanged { store() }
        if outcome.decision == .advance || outcome.decision == .correction {
            reported.append(
                Reported(
                    draft: draft, decision: outcome.decision, revision: state.revision,
                    asOf: state.asOf?.seconds, paymentStatus: state.latestStatus,
                    paymentAmount: state.latest?.sum?.amount, isSuperseded: outcome.isSuperseded))
        }
        return outcome.decision
    }

    /// What the sweep does, at a record time in seconds.
    mutating func sweep(at time: Int64) throws(PaymentStateError) {
        guard bytes != nil else { return }
        try load()
        switch state.expire(at: Timestamp(seconds: time), settings: settings) {
        case .unchanged: break
        case .trimmed: store()
        case .removed: bytes = nil
        }
    }

    /// The status of the event that a reader of payments keeps.
    var keptByReader: String? {
        reported.max { ($0.asOf ?? .min, $0.revision) < ($1.asOf ?? .min, $1.revision) }?.paymentStatus
    }

    /// The state as it is stored.
    func read() throws(PaymentStateError) -> PaymentState {
        guard let bytes else { return PaymentState() }
        return try PaymentState(decoding: bytes.span.bytes)
    }

    private mutating func load() throws(PaymentStateError) {
        if let bytes { try state.decode(bytes.span.bytes) } else { state = PaymentState() }
    }

    private mutating func store() {
        var written: [UInt8] = []
        state.encode(into: &written)
        bytes = written
        writes += 1
    }
}

extension PaymentState {
    /// The payment's latest status as it is published.
    var latestStatus: String? {
        guard let published = latest?.status, !published.isAbsent else { return nil }
        if let spelling = published.status.spelling { return "\(spelling)" }
        return String(decoding: texts[published.spelling.range], as: UTF8.self)
    }
}

/// A seeded generator, so that a run that fails can be run again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

/// Seconds of a day.
let day: Int64 = 86_400
