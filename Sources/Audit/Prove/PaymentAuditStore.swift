// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// The audit records of a partition's payments: one for each payment, so they are in a store on the disk,
/// with the newest changes in front of it.
///
/// A class so that a record processor can look up a payment state while the owner is at work with it; it
/// never leaves its thread.
final class PaymentAuditStore<Store: PartitionStore & ~Copyable> {
    /// Changes held back before they are written in one transaction.
    private static var bytesHeldBack: Int { 16 << 20 }

    private var store: Store
    private var changes = ChangeSet()
    private var encoded: [UInt8] = []
    private var found: [UInt8] = []

    init(_ store: consuming Store) {
        self.store = store
    }

    func auditRecord(of key: RawSpan) throws(TopicReadError) -> PaymentAuditRecord? {
        guard key.byteCount > 0 else { return nil }
        switch changes.copyValue(of: key, into: &found) {
        case .removed: return nil
        case .value: break
        case .untouched:
            do throws(StateError) {
                guard try store.lookUp(key, into: &found) else { return nil }
            } catch {
                throw .state(error)
            }
        }
        return try decode(found)
    }

    func set(_ auditRecord: PaymentAuditRecord, of key: RawSpan) throws(TopicReadError) {
        encoded.removeAll(keepingCapacity: true)
        auditRecord.encode(into: &encoded)
        changes.put(key, value: encoded.span.bytes)
        if changes.byteCount > Self.bytesHeldBack { try flush() }
    }

    /// Lends every audit record with its key.
    func forEach(_ visit: (_ key: [UInt8], PaymentAuditRecord) throws(TopicReadError) -> Void)
        throws(TopicReadError)
    {
        try flush()
        var page = StorePage()
        var isLast = false
        while !isLast {
            isLast = try page.fill(from: &store)
            for (key, bytes) in page.entries { try visit(key, try decode(bytes)) }
        }
    }

    private func decode(_ bytes: [UInt8]) throws(TopicReadError) -> PaymentAuditRecord {
        guard let auditRecord = PaymentAuditRecord(decoding: bytes) else {
            throw .state(.damaged("an audit record cannot be read back"))
        }
        return auditRecord
    }

    private func flush() throws(TopicReadError) {
        do throws(StateError) { try store.apply(&changes, position: 0) } catch { throw .state(error) }
        changes.removeAll()
    }
}
