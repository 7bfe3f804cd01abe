// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

/// Records that a replay published are behind all others and have one header more.
@Suite("A proof of a log with replayed records")
struct ReplayedProofTests {
    private static let outputs = [Topic.status, .review, .deadLetter]

    @Test("a replayed record is right wherever it is, wherever the range begins", arguments: UInt64(1)...40)
    func rightAnywhere(seed: UInt64) throws {
        var model = try RandomHistory.model(
            seed: seed, count: 160, encoding: seed % 2 == 0 ? .json : .protobuf)
        for topic in Self.outputs {
            let count = model.outputs[topic]?.count ?? 0
            let chosen = (0..<count).filter { ($0 &* 2_654_435_761 &+ Int(seed)) % 3 == 0 }
            // Two replays, the second one of older callbacks.
            let half = chosen.count / 2
            try model.replay(topic, Array(chosen[half...]) + Array(chosen[..<half]))
        }
        for start in stride(from: 0, through: 160, by: 20) {
            let proved = try model.prove(from: Int64(start))
            #expect(proved.faults == [], "from \(start)")
            #expect(proved.account.callbacks == 160 - start && proved.account.addsUp)
        }
    }

    @Test("a record that was replayed although it was there, or twice, is named", arguments: outputs)
    func doubled(topic: Topic) throws {
        let whole = try RandomHistory.model(seed: 3, count: 120)
        var there = whole
        try there.replay(topic, [2], removing: false)
        #expect(try there.prove().faults.map(\.kind) == [.unexpected(.notDue)])
        var twice = whole
        try twice.replay(topic, [2], removing: false)
        try twice.replay(topic, [2])
        #expect(try twice.prove().faults.map(\.kind) == [.unexpected(.notDue)])
    }

    @Test("a replayed record that was changed, or whose header is not the last one, differs")
    func changed() throws {
        var model = try RandomHistory.model(seed: 4, count: 120)
        try model.replay(.status, [5])
        var records = try #require(model.outputs[.status])
        let last = try #require(records.last)
        records.removeLast()
        let text = String(decoding: last.valueBytes ?? [], as: UTF8.self)
        let value = Array(text.replacing("\"project_id\":1234", with: "\"project_id\":1235").utf8)
        try #require(value != Array(text.utf8))
        model.outputs[.status] = records + [last.with(value: value)]
        #expect(try model.prove().faults.contains { $0.kind == .differs([.value]) })
    }

    @Test("a missing record is reported with its bytes", arguments: UInt64(1)...30)
    func derived(seed: UInt64) throws {
        let whole = try RandomHistory.model(seed: seed, count: 120)
        for topic in Self.outputs {
            var model = whole
            let count = model.outputs[topic]?.count ?? 0
            guard count > 0 else { continue }
            let taken = model.outputs[topic]?.remove(at: Int(seed) % count)
            let removed = try #require(taken)
            let proved = try model.prove()
            guard case .missing(let output, .exact)? = proved.outputs.first else {
                Issue.record("nothing is reported for \(topic)")
                continue
            }
            #expect(proved.outputs.count == 1)
            #expect(output.key == removed.keyBytes.map { Array($0) })
            #expect(output.value == removed.valueBytes.map { Array($0) })
            let names = removed.headers.map { String(decoding: removed.bytes[$0.name], as: UTF8.self) }
            let values = removed.headers.map { header in header.value.map { Array(removed.bytes[$0]) } ?? [] }
            #expect(output.headers.map(\.name) == names && output.headers.map(\.value) == values)
            #expect(output.topic == topic)
        }
    }

    @Test("what is older than its topic keeps records is not missing")
    func expired() throws {
        var model = try RandomHistory.model(seed: 9, count: 120)
        model.outputs[.status]?.remove(at: 3)
        let proved = try model.prove(horizons: [.status: Timestamp(milliseconds: .max)])
        #expect(proved.faults == [] && proved.outputs.isEmpty && proved.account.expired == 1)
    }

    @Test("an assumption about a payment's beginning is confirmed by its next event or by the changelog")
    func confirmed() throws {
        for hasNext in [true, false] {
            let (model, key) = try Self.cutModel(hasNext: hasNext, hasHistory: false)
            let proved = try model.prove(from: 1)
            #expect(proved.faults.map(\.kind) == [.missing])
            let confirmed = proved.outputs.contains { fault in
                if case .confirmed(let found) = fault { found == key } else { false }
            }
            #expect(confirmed, "next event: \(hasNext)")
        }
    }

    @Test("an assumption about a payment's beginning is not confirmed where it had a history")
    func refuted() throws {
        for hasNext in [true, false] {
            let (model, _) = try Self.cutModel(hasNext: hasNext, hasHistory: true)
            let proved = try model.prove(from: 1)
            #expect(proved.faults.contains { $0.kind == .missing })
            let confirmed = proved.outputs.contains { fault in
                if case .confirmed = fault { true } else { false }
            }
            #expect(!confirmed, "next event: \(hasNext)")
        }
    }

    /// A payment whose first event in the range is gone, long after the beginning of the range.
    private static func cutModel(
        hasNext: Bool, hasHistory: Bool
    ) throws -> (model: ModelPartition, key: [UInt8]) {
        var model = ModelPartition()
        try model.send(
            CallbackFixture().with { $0.payment = hasHistory ? "order_9" : "old" }.text, at: ModelTime.start)
        try model.send(CallbackFixture().with { $0.payment = "other" }.text, at: ModelTime.start + 1)
        let later = ModelTime.start + 40 * ModelTime.day
        let first = CallbackFixture().with {
            $0.payment = "order_9"
            $0.operation = 50
            $0.date = later
        }
        try model.send(first.text, at: later)
        let taken = model.outputs[.status]?.removeLast()
        let event = try #require(taken)
        if hasNext {
            try model.send(
                first.with {
                    $0.operation = 51
                    $0.date = later + 60
                }.text, at: later + 60)
        }
        return (model, event.keyBytes.map { Array($0) } ?? [])
    }
}

extension ModelPartition {
    /// Moves records to the end of their topic, as a replay publishes them after they were lost.
    mutating func replay(_ topic: Topic, _ indices: [Int], removing: Bool = true) throws {
        var records = outputs[topic] ?? []
        var next = (records.last?.offset ?? 0) + 2
        var moved: [LoggedRecord] = []
        for index in indices {
            let record = records[index]
            var copy = LoggedRecord(
                at: next, record.time, key: record.keyBytes.map { Array($0) },
                value: record.valueBytes.map { Array($0) })
            for header in record.headers {
                copy.add(
                    Array(record.bytes[header.name]), header.value.map { Array(record.bytes[$0]) } ?? [])
            }
            copy.add(RecordHeader.replayed, Array("2026-11-01T00:00:00.000Z".utf8))
            moved.append(copy)
            next += 2
        }
        if removing { for index in indices.sorted(by: >) { records.remove(at: index) } }
        outputs[topic] = records + moved
    }
}
