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
        guard let auditRecord = PaymentAuditRecord(decoding: found) else {
            throw .state(.damaged("a audit record cannot be read back"))
        }
        return auditRecord
    }

    func set(_ auditRecord: PaymentAuditRecord, of key: RawSpan) throws(TopicReadError) {
        encoded.removeAll(keepingCapacity: true)
        auditRecord.encode(into: &encoded)
        changes.put(key, value: encoded.span.bytes)
        if changes.byteCount > Self.bytesHeldBack { try flush() }
    }

    /// Lends every auditRecord with its key.
    func forEach(_ visit: (_ key: [UInt8], PaymentAuditRecord) throws(TopicReadError) -> Void)
        throws(TopicReadError)
    {
        try flush()
        var page: [(key: [UInt8], bytes: [UInt8])] = []
        var isLast = false
        while !isLast {
            page.removeAll(keepingCapacity: true)
            do throws(StateError) {
                isLast = try store.sweep(limit: 1000) { key, value in
                    page.append((key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
                }
            } catch {
                throw .state(error)
            }
            for (key, bytes) in page {
                guard let auditRecord = PaymentAuditRecord(decoding: bytes) else {
                    throw .state(.damaged("a audit record cannot be read back"))
                }
                try visit(key, auditRecord)
            }
        }
    }

    private func flush() throws(TopicReadError) {
        do throws(StateError) { try store.apply(&changes, position: 0) } catch { throw .state(error) }
        changes.removeAll()
    }
}
