// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments

/// Reads what the workers know of one payment from the changelog.
struct StateReader {
    let reader: TopicReader

    /// The bytes of the payment's newest state; nil where there is none.
    ///
    /// It reads the changelog's whole partition: the topic has no index by key.
    func state(of key: [UInt8], in partition: Int32) throws(RecoveryError) -> [UInt8]? {
        do throws(TopicReadError) {
            let bounds = try reader.bounds(.changelog, partition)
            let source = reader.reader(.changelog)
            try source.open(reader.name(.changelog, partition), from: bounds.low, to: bounds.high)
            var state: [UInt8]?
            while let record = try source.next() {
                guard record.keyBytes?.elementsEqual(key) ?? false else { continue }
                state = record.valueBytes.map { Array($0) }
            }
            return state
        } catch {
            throw .reading(error)
        }
    }
}
