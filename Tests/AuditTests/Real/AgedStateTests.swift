// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Kafka
import Payments
import StateStore
import TestSupport
import Testing
import Worker

/// Two years of record time in a minute: whatever way a state comes about, it is the same state.
@Suite("State over two years, on a real broker", .serialized, .needsBroker)
struct AgedStateTests {
    private typealias States = [[UInt8]: [UInt8]]

    @Test(
        "rolled forward, restored elsewhere, remembered by the changelog, derived from the whole log: one state"
    )
    func oneState() throws {
        // Long ago: a broker takes no record from the future.
        let start = ModelTime.start - 1200 * ModelTime.day
        let history = try RandomHistory.model(seed: 8, count: 600, start: start).callbacks
        let days = history.map { $0.time.seconds / ModelTime.day }
        try #require((days.last ?? 0) - (days.first ?? 0) > 500)
        let forgotten = (0..<20).map { number in
            let body = CallbackFixture().with {
                $0.payment = "once_\(number)"
                $0.date = start
            }
            return AuditedField.Written(
                .callbacks, key: Array("1234:once_\(number)".utf8), value: Array(body.text.utf8),
                time: start * 1000)
        }
        try AuditedField.with(keptDays: -1) { field in
            try field.write(forgotten)
            let here = try TemporaryDirectory()
            let elsewhere = try TemporaryDirectory()
            for half in [history.prefix(300), history.suffix(300)] {
                try field.write(half.map(written))
                try field.decide(state: here.url.path)
            }
            try field.decide(state: elsewhere.url.path)

            let rolledForward = try stores(in: here.url.path, of: field)
            let restored = try stores(in: elsewhere.url.path, of: field)
            let changelog = try remembered(by: field)
            #expect(!changelog.isEmpty && rolledForward == restored && restored == changelog)
            // The sweep has removed on the way what was published of once, long ago.
            #expect(try field.records(.changelog).contains { $0.value == nil })

            let (report, faults) = try field.prove(now: Timestamp(milliseconds: .max))
            #expect(faults == [] && report.holds)
            #expect(report.account.callbacks == 620 && report.account.undetermined == 0)
            #expect(report.partitions.allSatisfy { $0.isWholeLog && $0.isStateCompared })
        }
    }

    private func written(_ callback: LoggedRecord) -> AuditedField.Written {
        var record = AuditedField.Written(
            .callbacks, key: callback.keyBytes.map { Array($0) },
            value: callback.valueBytes.map { Array($0) },
            time: callback.time.milliseconds)
        record.headers = callback.headers.map { header in
            let name = String(decoding: callback.bytes[header.name], as: UTF8.self)
            return (name, header.value.map { Array(callback.bytes[$0]) } ?? [])
        }
        return record
    }

    /// What is in the stores of a folder; each must open without a rebuild.
    private func stores(in folder: String, of field: AuditedField) throws -> States {
        var states: States = [:]
        for partition in 0..<Int32(AuditedField.partitions) {
            var store = try LMDBStore.open(
                StoreIdentity(
                    cluster: field.cluster.id, topic: field.topics[.changelog], partition: partition,
                    encoding: Int(PaymentState.format)), in: folder)
            if case .rebuild(let reason) = store.output { Issue.record("partition \(partition): \(reason)") }
            let isWhole = try store.sweep(limit: .max) { key, value in
                if !PartitionProgress.isKey(copy key) { states[bytes(key)] = bytes(value) }
            }
            #expect(isWhole)
        }
        return states
    }

    private func remembered(by field: AuditedField) throws -> States {
        var states: States = [:]
        for record in try field.records(.changelog) {
            if let key = record.key, key != PartitionProgress.key { states[key] = record.value }
        }
        return states
    }

    private func bytes(_ span: borrowing RawSpan) -> [UInt8] { span.withUnsafeBytes { [UInt8]($0) } }
}
