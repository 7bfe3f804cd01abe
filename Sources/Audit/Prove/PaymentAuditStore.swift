// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// The audit records of a partition's payments: one for each payment, so they are in a store on the disk.
///
/// A class so that a record processor can look up a payment state while the owner is at work with it; it
/// never leaves its thread.
final class PaymentAuditStore<Store: PartitionStore & ~Copyable> {
    private let store: BufferedStore<Store>
    private var encoded: [UInt8] = []
    private var found: [UInt8] = []

    init(_ store: consuming Store) {
        self.store = BufferedStore(store)
    }

    func auditRecord(of key: RawSpan) throws(TopicReadError) -> PaymentAuditRecord? {
        guard key.byteCount > 0, try store.lookUp(key, into: &found) else { return nil }
        return try decode(found)
    }

    func set(_ auditRecord: PaymentAuditRecord, of key: RawSpan) throws(TopicReadError) {
        encoded.removeAll(keepingCapacity: true)
        auditRecord.encode(into: &encoded)
        try store.put(key, encoded)
    }

    /// Lends every audit record with its key.
    func forEach(_ visit: (_ key: [UInt8], PaymentAuditRecord) throws(TopicReadError) -> Void)
        throws(TopicReadError)
    {
        try store.forEach { (key, bytes) throws(TopicReadError) in try visit(key, try decode(bytes)) }
    }

    private func decode(_ bytes: [UInt8]) throws(TopicReadError) -> PaymentAuditRecord {
        guard let auditRecord = PaymentAuditRecord(decoding: bytes) else {
            throw .state(.damaged("an audit record cannot be read back"))
        }
        return auditRecord
    }
}
