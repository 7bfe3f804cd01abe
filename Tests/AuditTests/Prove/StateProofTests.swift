// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

@Suite("A proof of the changelog")
struct StateProofTests {
    private func model() throws -> ModelPartition {
        var model = ModelPartition()
        let start = ModelTime.start
        for number in 0..<3 {
            let body = CallbackFixture().with { $0.payment = "order_\(number)" }
            try model.send(body.text, at: start + Int64(number))
            try model.send(
                body.with {
                    $0.operation = 99; $0.date += 60
                }.text, at: start + 60)
        }
        return model
    }

    @Test("a state that is gone, other or too many is found")
    func states() throws {
        let whole = try model()
        let records = try #require(whole.outputs[.changelog])

        var gone = whole
        gone.outputs[.changelog]?.removeAll { $0.keyBytes == records[5].keyBytes }
        #expect(try gone.prove().faults.map(\.kind) == [.stateMissing])

        var older = whole
        older.outputs[.changelog]?.removeLast()
        #expect(try older.prove().faults.map(\.kind) == [.stateDiffers])

        var tombstone = whole
        let last = records[5]
        tombstone.outputs[.changelog]?.append(
            LoggedRecord(at: 100, last.time, key: last.keyBytes.map { Array($0) }, value: nil))
        #expect(try tombstone.prove().faults.map(\.kind) == [.stateMissing])

        var stranger = whole
        stranger.outputs[.changelog]?.append(last.with(key: Array("1234:nobody".utf8)))
        #expect(try stranger.prove().faults.map(\.kind) == [.stateUnexpected])

        var nameless = whole
        nameless.outputs[.changelog]?.append(
            LoggedRecord(at: 100, last.time, key: nil, value: last.valueBytes.map { Array($0) }))
        #expect(try nameless.prove().faults.map(\.kind) == [.unexpected(.noOrigin)])
    }

    @Test("any changed byte of a state is found")
    func changedByte() throws {
        let whole = try model()
        let record = try #require(whole.outputs[.changelog]?.last)
        for index in record.valueBytes.map({ 0..<$0.count }) ?? 0..<0 {
            var changed = record.valueBytes.map { Array($0) } ?? []
            changed[index] ^= 1
            var model = whole
            model.outputs[.changelog]?.removeLast()
            model.outputs[.changelog]?.append(record.with(value: changed))
            #expect(try model.prove().faults.map(\.kind) == [.stateDiffers])
        }
    }

    @Test(
        "compacted away, trimmed and removed: it is the same state once it has forgotten what has expired"
    )
    func sweptAndCompacted() throws {
        var model = try model()
        let later = ModelTime.start + 36 * ModelTime.day
        try model.send(
            CallbackFixture().with {
                $0.payment = "late"; $0.date = later
            }.text, at: later)
        #expect(try model.prove().faults == [])
        try model.sweep()
        #expect(try model.prove().faults == [])
        let muchLater = ModelTime.start + 402 * ModelTime.day
        try model.send(
            CallbackFixture().with {
                $0.payment = "later"; $0.date = muchLater
            }.text, at: muchLater)
        #expect(try model.prove().faults == [])
        try model.sweep()
        #expect(try model.prove().faults == [])

        var newest: [ArraySlice<UInt8>: LoggedRecord] = [:]
        for record in model.outputs[.changelog] ?? [] { newest[record.keyBytes ?? []] = record }
        model.outputs[.changelog] = newest.values.filter { $0.value != nil }.sorted { $0.offset < $1.offset }
        #expect(try model.prove().faults == [])
    }
}
