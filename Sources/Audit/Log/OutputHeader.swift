// SPDX-License-Identifier: Apache-2.0
package import Payments

/// Reads from a review record or a dead letter where it comes from, and why it is there.
package enum OutputHeader {
    package static func origin(of record: LoggedRecord) -> Origin? {
        guard let topic = record.header(RecordHeader.originTopic),
            let partition = record.number(of: RecordHeader.originPartition),
            let offset = record.number(of: RecordHeader.originOffset)
        else { return nil }
        return Origin(topic: Array(topic), partition: partition, offset: offset)
    }

    /// The decision that a review record reports.
    package static func decision(of record: LoggedRecord) -> Decision? {
        guard let name = record.header(RecordHeader.reason) else { return nil }
        return Decision.allCases.first { "\($0.name)".utf8.elementsEqual(name) }
    }

    /// Whether a dead letter says that its signature did not verify.
    static func isUnverified(_ record: LoggedRecord) -> Bool {
        record.header(RecordHeader.errorClass)?.elementsEqual("unverified".utf8) ?? false
    }
}
