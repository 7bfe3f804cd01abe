// SPDX-License-Identifier: Apache-2.0
import Audit
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

@Suite("An audit on a real broker", .serialized, .needsBroker)
struct RealAuditTests {
    /// Thirty payments of four callbacks each, two of them copies or late, and some that cannot be read.
    private func callbacks() -> [AuditedField.Written] {
        var written: [AuditedField.Written] = []
        func add(_ body: String, key: String, _ second: Int64) {
            written.append(
                .init(
                    .callbacks, key: Array(key.utf8), value: Array(body.utf8),
                    time: (ModelTime.start + second) * 1000))
        }
        for round in 0..<4 {
            for number in 0..<30 {
                let body = CallbackFixture().with {
                    $0.payment = "order_\(number)"
                    $0.operation = number
                    $0.status = round == 0 || round == 3 ? "processing" : "success"
                    $0.request = "r\(round == 2 ? 1 : round)"
                    $0.date += [0, 10, 11, 5][round]
                }
                add(body.text, key: "1234:order_\(number)", Int64(20 * round))
            }
            add("not json \(round)", key: "x", Int64(20 * round))
            add(#"{"project_id":1234,"payment":{"id":"order_1"},"x":\#(round)}"#, key: "1234:order_1", 80)
        }
        return written
    }

    @Test(
        "what workers wrote holds, whatever range is asked for, and what is tampered with afterwards is found"
    )
    func untouchedThenTampered() throws {
        try AuditedField.with { field in
            try field.write(callbacks())
            let (before, none) = try field.prove()
            #expect(none == [] && before.account.callbacks == 0)
            #expect(before.partitions.allSatisfy { $0.committed == nil && $0.undecided > 0 })

            try field.decide()
            try field.write(Array(callbacks().prefix(9)))
            let (report, faults) = try field.prove()
            #expect(faults == [])
            #expect(report.holds && report.account.callbacks == 128)
            #expect(report.account[.advance] == 60 && report.account[.duplicate] == 30)
            #expect(report.account[.late] == 30 && report.payments.whole == 30)
            #expect(
                report.account[.deadLetter] + report.account[.unknownShape] + report.account[.wrongPartition]
                    == 8)
            #expect(report.partitions.allSatisfy { $0.isWholeLog && $0.isStateCompared })
            #expect(report.partitions.reduce(0) { $0 + $1.undecided } == 9)

            try proveRanges(of: field)
            try inspect(field)
            try tamper(with: field)
        }
    }

    private func proveRanges(of field: AuditedField) throws {
        let all = try field.records(.callbacks)
        let bounds: [(TopicBound?, TopicBound?)] = [
            (.offset(10), .offset(30)), (.time(Timestamp(seconds: ModelTime.start + 20)), nil),
            (.offset(1_000_000), nil),
        ]
        for (from, to) in bounds {
            let (report, faults) = try field.prove(from: from, to: to)
            #expect(faults == [], "\(String(describing: from)) to \(String(describing: to))")
            let processed = all.filter { record in
                report.partitions.contains {
                    $0.partition == record.partition && ($0.start..<$0.end).contains(record.offset)
                }
            }
            #expect(report.account.addsUp && report.account.callbacks == processed.count)
        }
    }

    /// A payment's callbacks come in order with their decisions and events, from its own partition alone.
    private func inspect(_ field: AuditedField) throws {
        let history = try field.inspect(["1234", "Order_17"])
        #expect(history.entries.map(\.decision) == [.advance, .advance, .duplicate, .late])
        #expect(history.entries.map(\.record?.revision) == [1, 2, nil, nil])
        #expect(
            history.entries.map(\.summary?.operationStatus) == [
                "processing", "success", "success", "processing",
            ])
        #expect(history.faults == [] && history.isWholeLog)
        let inPartition = try field.records(.callbacks).count { $0.partition == history.partition }
        #expect(history.callbacksRead == inPartition && inPartition < 137)
        #expect(history.recordsRead >= inPartition)
        #expect(try field.inspect(["1234:order_1"]).entries.contains { $0.decision == nil })
        #expect(try field.inspect(["1234:nobody"]).entries.isEmpty)
    }

    /// Doubled, changed, forged: written behind all others, with the markers of transactions between.
    private func tamper(with field: AuditedField) throws {
        let events = try field.records(.status)
        let doubled = AuditedField.Written(.status, events[0])
        var changed = AuditedField.Written(.status, events[20])
        changed.value?[40] ^= 1
        var forged = AuditedField.Written(.status, events[30])
        let text = String(decoding: forged.value ?? [], as: UTF8.self)
        forged.value = Array(text.replacing(/"offset":\d+/, with: #""offset":123456"#).utf8)
        try field.write([doubled, changed, forged])
        let tampered = try field.prove().faults
        #expect(tampered.count == 3)
        #expect(tampered.count { $0.kind == .unexpected(.notDue) } == 2)
        #expect(tampered.count { $0.kind == .unexpected(.noCallback) && $0.callback == 123_456 } == 1)
    }

    @Test("events that are gone are missed unless their topic keeps nothing so old; callbacks may be gone")
    func removed() throws {
        try AuditedField.with { field in
            try field.write(callbacks())
            try field.decide()
            let events = try field.records(.status)
            let first = events[0]
            let second = try #require(
                events.first { $0.partition == first.partition && $0.offset > first.offset })
            let admin = try Admin(field.broker.configuration, log: .silent)
            let kept = PartitionOffset(
                topic: field.topics[.status], partition: first.partition, offset: second.offset)
            try admin.deleteRecords(before: [kept], within: .seconds(120))
            let faults = try field.prove().faults
            #expect(faults.map(\.kind) == [.missing])
            #expect(faults.first?.partition == first.partition && faults.first?.key == first.key)

            let muchLater = Timestamp(seconds: ModelTime.start + 30 * ModelTime.day)
            let (later, none) = try field.prove(now: muchLater)
            #expect(none == [] && later.account.expired == 1)

            let cut = (0..<Int32(AuditedField.partitions)).map {
                PartitionOffset(topic: field.topics[.callbacks], partition: $0, offset: 12)
            }
            try admin.deleteRecords(before: cut, within: .seconds(120))
            let (report, rest) = try field.prove()
            #expect(rest == [])
            #expect(report.partitions.allSatisfy { !$0.isWholeLog && $0.start == 12 })
            #expect(report.payments.resumed + report.payments.unknown > 0)
        }
    }
}
