// SPDX-License-Identifier: Apache-2.0
import Payments

/// Compares two states of a payment as they are once both have forgotten what has expired.
///
/// Belongs to one thread: its storage is used again.
struct PaymentStateComparison {
    private let settings: DeduplicationSettings
    private let time: Timestamp
    private var derived = PaymentState()
    private var kept = PaymentState()
    private var derivedBytes: [UInt8] = []
    private var keptBytes: [UInt8] = []

    /// - Parameter time: the partition's newest record time.
    init(_ settings: DeduplicationSettings, at time: Timestamp) {
        self.settings = settings
        self.time = time
    }

    /// What a record of the changelog says beside the state that was derived, and its revision.
    mutating func compare(
        _ state: [UInt8], with record: ArraySlice<UInt8>?
    ) throws(TopicReadError) -> (state: PaymentAuditRecord.Changelog, revision: Int64) {
        guard let record else { return (.empty, 0) }
        // Bytes that are not a payment state agree with nothing.
        do throws(PaymentStateError) { try kept.decode(record.span.bytes) } catch { return (.differs, 0) }
        if kept.expire(at: time, settings: settings) == .removed { return (.empty, 0) }
        let revision = kept.revision
        guard !state.isEmpty else { return (.differs, revision) }
        do throws(PaymentStateError) { try derived.decode(state.span.bytes) } catch {
            throw .paymentState(error)
        }
        _ = derived.expire(at: time, settings: settings)
        derivedBytes.removeAll(keepingCapacity: true)
        keptBytes.removeAll(keepingCapacity: true)
        derived.encode(into: &derivedBytes)
        kept.encode(into: &keptBytes)
        return (derivedBytes == keptBytes ? .agrees : .differs, revision)
    }

    /// Whether nothing is left of a state.
    mutating func isForgotten(_ state: [UInt8]) throws(TopicReadError) -> Bool {
        guard !state.isEmpty else { return true }
        do throws(PaymentStateError) { try derived.decode(state.span.bytes) } catch {
            throw .paymentState(error)
        }
        return derived.expire(at: time, settings: settings) == .removed
    }
}
