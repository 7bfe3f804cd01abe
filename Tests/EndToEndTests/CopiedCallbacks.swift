// SPDX-License-Identifier: Apache-2.0
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// Writes records to an installation's callbacks topic: keys, values, headers and timestamps as they are.
func write(_ records: [ReadRecord], to installation: Installation) throws {
    let producer = try AcknowledgedProducer(
        installation.broker.configuration,
        .init(topic: installation.topics[.callbacks], messageTimeout: .seconds(60)), log: .silent
    ) { reports in
        for index in reports.indices where reports[index].outcome != .persisted {
            Issue.record("a copy was not written: \(reports[index].outcome)")
        }
    }
    for record in records {
        let (key, value) = (record.key ?? [], record.value ?? [])
        try producer.produce(
            slot: 0, key: key.span.bytes, value: value.span.bytes, headers: RecordHeaders(of: record),
            timestamp: record.timestamp)
    }
    #expect(producer.close(within: .seconds(60)))
}
