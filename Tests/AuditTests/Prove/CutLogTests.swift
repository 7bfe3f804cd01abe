// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

@Suite("A proof of a log whose beginning is gone")
struct CutLogTests {
    @Test("a right log has no fault, wherever the range begins", arguments: UInt64(1)...60)
    func rightFromAnywhere(seed: UInt64) throws {
        let model = try RandomHistory.model(
            seed: seed, count: 160, encoding: seed % 2 == 0 ? .json : .protobuf)
        for start in stride(from: 0, through: 160, by: 5) {
            let proved = try model.prove(from: Int64(start))
            #expect(proved.faults == [], "from \(start)")
            #expect(proved.account.callbacks == 160 - start && proved.account.addsUp)
            if start == 0 {
                #expect(proved.account.undetermined == 0 && proved.account.takenAsWritten == 0)
                #expect(proved.payments.resumed == 0 && proved.payments.unknown == 0)
            }
        }
    }

    @Test("an event that is gone shows in the revisions of its payment", arguments: UInt64(1)...60)
    func gone(seed: UInt64) throws {
        let whole = try RandomHistory.model(seed: seed, count: 120)
        let events = try #require(whole.outputs[.status])
        for start in [0, 20, 50] as [Int64] {
            for index in events.indices where origin(of: events[index]) >= start {
                var model = whole
                model.outputs[.status]?.remove(at: index)
                let isFound = try !model.prove(from: start).faults.isEmpty
                // The first event of a payment with an earlier history is what its history is known by.
                let key = events[index].keyBytes
                let isFirst = !events[..<index].contains { $0.keyBytes == key && origin(of: $0) >= start }
                if start == 0 || !isFirst { #expect(isFound, "from \(start), event \(index)") }
            }
        }
    }

    @Test("an event of revision 1 has no history before it: what came earlier should have been reported")
    func firstEvent() throws {
        var model = ModelPartition()
        let sale = CallbackFixture()
        try model.send(CallbackFixture().with { $0.payment = "other" }.text, at: ModelTime.start)
        try model.send(sale.text, at: ModelTime.start + 1)
        try model.send(
            sale.with {
                $0.operation = 48; $0.date += 60
            }.text, at: ModelTime.start + 70)
        let untouched = try model.prove(from: 1)
        #expect(untouched.faults == [] && untouched.payments.whole == 1)

        // The worker that lost a callback would have reported the next one as the first.
        var lost = ModelPartition()
        try lost.send(CallbackFixture().with { $0.payment = "other" }.text, at: ModelTime.start)
        try lost.send("{]", at: ModelTime.start + 1)
        try lost.send(
            sale.with {
                $0.operation = 48; $0.date += 60
            }.text, at: ModelTime.start + 70)
        lost.outputs[.deadLetter] = []
        lost.callbacks[1] = model.callbacks[1]
        let faults = try lost.prove(from: 1).faults
        #expect(faults.contains { $0.kind == .missing && $0.callback == 1 })
    }

    @Test("an operation's history ends, and from then on nothing is excused")
    func detailEnds() throws {
        var model = ModelPartition()
        try model.send(CallbackFixture().text, at: ModelTime.start)
        try model.send(CallbackFixture().with { $0.payment = "other" }.text, at: ModelTime.start + 1)
        let later = ModelTime.start + 40 * ModelTime.day
        try model.send(
            CallbackFixture().with {
                $0.operation = 50; $0.date = later
            }.text, at: later)
        model.outputs[.status]?.removeLast()
        let proved = try model.prove(from: 1)
        #expect(proved.faults.map(\.kind) == [.missing])
        #expect(proved.faults.first?.callback == 2)
    }

    @Test("a copy of what was published before the range is not missed, and is counted apart")
    func copyOfEarlier() throws {
        var model = ModelPartition()
        try model.send(CallbackFixture().text, at: ModelTime.start)
        try model.send(CallbackFixture().text, at: ModelTime.start + 10)
        let proved = try model.prove(from: 1)
        #expect(proved.faults == [])
        #expect(proved.account.undetermined == 1 && proved.payments.unknown == 1)
        #expect(proved.findings.map(\.ground) == [.undetermined])
    }

    @Test("a correction of what was published before the range is taken as reported, its content is not")
    func correctionOfEarlier() throws {
        var model = ModelPartition()
        try model.send(CallbackFixture().text, at: ModelTime.start)
        try model.send(
            CallbackFixture().with {
                $0.status = "decline"; $0.date += 60
            }.text, at: ModelTime.start + 60)
        let proved = try model.prove(from: 1)
        #expect(proved.faults == [])
        #expect(proved.account[.correction] == 1 && proved.account.takenAsWritten == 1)
        #expect(proved.payments.resumed == 1)

        let record = try #require(model.outputs[.status]?[1])
        let text = String(decoding: record.valueBytes ?? [], as: UTF8.self)
        model.outputs[.status]?[1] = record.with(value: Array(text.replacing("10000", with: "10001").utf8))
        let faults = try model.prove(from: 1).faults
        #expect(faults.map(\.kind) == [.differs([.value, .header("ce_type")])])
    }

    @Test("the changelog's revision shows that the last event of a payment is gone")
    func lastEvent() throws {
        var model = ModelPartition()
        for number in 0..<3 {
            try model.send(
                CallbackFixture().with {
                    $0.operation = 47 + number; $0.date += Int64(number) * 60
                }.text,
                at: ModelTime.start + Int64(number) * 60)
        }
        model.outputs[.status]?.removeLast()
        let proved = try model.prove(from: 1)
        #expect(proved.faults.map(\.kind) == [.missing])
        #expect(proved.faults.first?.callback == 2)
        #expect(proved.account.addsUp && proved.account.undetermined == 0)
    }

    private func origin(of event: LoggedRecord) -> Int64 {
        let text = String(decoding: event.valueBytes ?? [], as: UTF8.self)
        return text.firstMatch(of: /"offset":(\d+)/).flatMap { Int64($0.output.1) } ?? -1
    }
}
