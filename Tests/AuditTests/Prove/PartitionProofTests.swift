// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

@Suite("A proof of one partition")
struct PartitionProofTests {
    /// Every decision at least once, over several payments.
    static func everyDecision(encoding: EventEncoding = .json) throws -> ModelPartition {
        var model = ModelPartition(encoding: encoding)
        let start = ModelTime.start
        let sale = CallbackFixture()
        let processing = sale.with {
            $0.status = "processing"
            $0.paymentStatus = "processing"
        }
        // 0 advance
        try model.send(processing.text, at: start + 1)
        // 1 advance
        try model.send(sale.with { $0.date += 5 }.text, at: start + 6)
        // 2 repeat
        try model.send(sale.with { $0.date += 5 }.text, at: start + 16)
        // 3 repeat, a newer date
        try model.send(sale.with { $0.date += 6 }.text, at: start + 26)
        // 4 late
        try model.send(
            processing.with {
                $0.date += 3; $0.request = "r2"
            }.text, at: start + 30)
        // 5 correction
        try model.send(
            sale.with {
                $0.status = "decline"; $0.paymentStatus = "decline"; $0.date += 90
            }.text,
            at: start + 100)
        // 6 conflict
        try model.send(
            sale.with {
                $0.status = "success"; $0.paymentStatus = "success"; $0.date += 90
            }.text,
            at: start + 110)
        try sendOddities(sale, from: start, to: &model)
        return model
    }

    private static func sendOddities(
        _ sale: CallbackFixture, from start: Int64, to model: inout ModelPartition
    ) throws {
        // 7 stale
        try model.send(
            sale.with {
                $0.operation = 48; $0.date -= 40 * ModelTime.day
            }.text, at: start + 120)
        // 8 future
        try model.send(
            sale.with {
                $0.operation = 49; $0.date += 9 * ModelTime.day
            }.text, at: start + 130)
        // 9 unknown shape
        try model.send(#"{"project_id":1234,"payment":{"id":"order_2"},"x":1}"#, at: start + 140)
        // 10 ambiguous
        try model.send(
            sale.with { $0.request = "r;mode:purchase" }.text, at: start + 150)
        // 11 dead letter
        try model.send("not json", at: start + 160)
        // 12 dead letter
        try model.send(nil, at: start + 170)
        try model.send(
            sale.with {
                $0.payment = "order_3"; $0.operation = 51
            }.text, at: start + 180, hasReceipt: false)
        // 14
        try model.send(
            sale.with {
                $0.operation = 52; $0.type = "refund"; $0.amount = 4000; $0.date += 200
            }.text,
            at: start + 210)
    }

    @Test("an untouched log holds, and its account adds up", arguments: EventEncoding.allCases)
    func untouched(encoding: EventEncoding) throws {
        let proved = try Self.everyDecision(encoding: encoding).prove()
        #expect(proved.faults == [])
        #expect(proved.account.callbacks == 15 && proved.account.addsUp)
        let expected: [(Decision, Int)] = [
            (.advance, 4), (.correction, 1), (.duplicate, 2), (.late, 1), (.stale, 1), (.future, 1),
            (.conflict, 1),
            (.ambiguous, 1), (.unknownShape, 1), (.wrongPartition, 0), (.deadLetter, 2),
        ]
        for (decision, count) in expected { #expect(proved.account[decision] == count, "\(decision)") }
        #expect(proved.account.undetermined == 0 && proved.account.takenAsWritten == 0)
        #expect(proved.payments.whole == 2 && proved.payments.resumed == 0)
    }

    @Test(
        "a record that is removed is missed, whatever it is", arguments: [Topic.status, .review, .deadLetter])
    func removed(topic: Topic) throws {
        let whole = try Self.everyDecision()
        for index in try #require(whole.outputs[topic]).indices {
            var model = whole
            model.outputs[topic]?.remove(at: index)
            let faults = try model.prove().faults
            #expect(faults.count == 1)
            #expect(
                faults.first?.kind == .missing && faults.first?.topic == topic
                    && faults.first?.callback != nil)
        }
    }

    @Test("a record that is there twice is found", arguments: [Topic.status, .review, .deadLetter])
    func doubled(topic: Topic) throws {
        let whole = try Self.everyDecision()
        let records = try #require(whole.outputs[topic])
        for index in records.indices {
            for place in index + 1...records.count {
                var model = whole
                model.outputs[topic]?.insert(records[index], at: place)
                let faults = try model.prove().faults
                #expect(faults.count == 1)
                #expect(faults.first?.kind == .unexpected(.notDue) && faults.first?.topic == topic)
            }
        }
    }

    @Test("any changed byte of any record is found", arguments: [Topic.status, .review, .deadLetter])
    func changedByte(topic: Topic) throws {
        let whole = try Self.everyDecision()
        let records = try #require(whole.outputs[topic])
        let index = records.count / 2
        for changed in records[index].changedInEachByte {
            var model = whole
            model.outputs[topic]?[index] = changed
            let faults = try model.prove().faults
            // A byte of the origin makes it the record of another callback, or of none.
            #expect((1...3).contains(faults.count))
            #expect(faults.allSatisfy { $0.topic == topic })
        }
    }

    @Test("what differs is named")
    func whatDiffers() throws {
        var model = try Self.everyDecision()
        let record = try #require(model.outputs[.status]?[1])
        model.outputs[.status]?[1] = record.with(
            key: Array("1234:other".utf8), header: (2, Array("payment.status.corrected".utf8)))
        let faults = try model.prove().faults
        #expect(faults.map(\.kind) == [.differs([.key, .header("ce_type")])])
        #expect(faults.first?.callback == 1 && faults.first?.offset == record.offset)
    }

    @Test("the headers that name a schema may be set, changed or left out while the log goes on")
    func schemaHeaders() throws {
        var model = try Self.everyDecision()
        for (index, schema) in ["urn:first", "urn:second"].enumerated() {
            model.outputs[.status]?[index].add(RecordHeader.dataSchema, Array(schema.utf8))
            model.outputs[.status]?[index].add(RecordHeader.schemaID, [1] + Array(repeating: 7, count: 16))
        }
        #expect(try model.prove().faults == [])
        model.settings.dataSchema = "urn:second"
        model.settings.schemaID = SchemaID("89791762-2336-4186-9674-299b90a802e2")
        #expect(try model.prove().faults == [])
        model.outputs[.status]?[2].add("ce_other", Array("x".utf8))
        #expect(try model.prove().faults.map(\.kind) == [.differs([.header("ce_other")])])
    }

    @Test("a forged event is found automatically, whichever callback it claims, and wherever it is")
    func forged() throws {
        let whole = try Self.everyDecision()
        let records = try #require(whole.outputs[.status])
        let genuine = String(decoding: records[1].valueBytes ?? [], as: UTF8.self)
        for claimed in ["2", "4", "9", "13", "99", "9999999999999", "-1", "x"] {
            let text = genuine.replacing(#""offset":1}"#, with: #""offset":\#(claimed)}"#)
            #expect(text != genuine)
            for place in 0...records.count {
                var model = whole
                model.outputs[.status]?.insert(records[1].with(value: Array(text.utf8)), at: place)
                let faults = try model.prove().faults
                // Before its callback's own event it is taken for that, and then that one is too many.
                let own = faults.filter { $0.kind != .outOfOrder }
                #expect(!own.isEmpty && own.count <= 2, "\(claimed) at \(place): \(faults)")
                #expect(faults.count <= 3, "\(claimed) at \(place): \(faults)")
            }
        }
    }

    @Test("bytes that are not an event, or name another partition, come from no callback")
    func foreign() throws {
        let whole = try Self.everyDecision()
        let records = try #require(whole.outputs[.status])
        let genuine = String(decoding: records[1].valueBytes ?? [], as: UTF8.self)
        for text in [
            "", "{", "{}", "\u{0}", "hello", genuine.replacing(#""partition":0"#, with: #""partition":1"#),
            genuine.replacing("test.callbacks.v1", with: "other.callbacks.v1"),
        ] {
            var model = whole
            model.outputs[.status]?.insert(records[1].with(value: Array(text.utf8)), at: 2)
            let faults = try model.prove().faults
            #expect(faults.map(\.kind) == [.unexpected(.noOrigin)], "\(text)")
        }
    }

    @Test("an event behind those of later callbacks is out of order")
    func outOfOrder() throws {
        var model = try Self.everyDecision()
        model.outputs[.status]?.swapAt(1, 2)
        let faults = try model.prove().faults
        #expect(faults.map(\.kind) == [.outOfOrder])
        #expect(faults.first?.callback == 1)
    }

    @Test("a callback in the wrong partition must be in review in its own partition")
    func wrongPartition() throws {
        var model = ModelPartition()
        var decisions: Set<Decision> = []
        for number in 0..<8 {
            let body = CallbackFixture().with { $0.payment = "order_\(number)" }
            try model.send(body.text, at: ModelTime.start + Int64(number), partitionCount: 2)
        }
        let proved = try model.prove(partitionCount: 2)
        proved.findings.forEach { decisions.insert($0.decision) }
        #expect(proved.faults == [])
        #expect(decisions == [.advance, .wrongPartition])
    }

    @Test("what is older than its topic keeps is not missed, what is younger is")
    func retention() throws {
        var model = try Self.everyDecision()
        model.outputs[.status]?.removeFirst(2)
        let horizon = Timestamp(seconds: ModelTime.start + 6)
        let proved = try model.prove(horizons: [.status: horizon])
        #expect(proved.faults.map(\.callback) == [1])
        #expect(proved.account.expired == 1)
        #expect(proved.account.addsUp)
    }

    @Test("callbacks that no worker has decided are left alone, and so is what they may have led to")
    func undecided() throws {
        var model = try Self.everyDecision()
        let newest = CallbackFixture().with {
            $0.date += 300; $0.status = "refunded"
        }
        try model.send(newest.text, at: ModelTime.start + 400)
        var ahead = model
        // The worker went on after its offsets were asked for.
        ahead.undecided = 1
        let proved = try ahead.prove()
        #expect(proved.faults == [])
        #expect(proved.account.callbacks == 15)
        #expect(proved.payments.moving == 1)
    }

    @Test("a range that ends early leaves the rest alone")
    func endsEarly() throws {
        let model = try Self.everyDecision()
        for end in 0...15 {
            let proved = try model.prove(to: Int64(end))
            #expect(proved.faults == [])
            #expect(proved.account.callbacks == end && proved.account.addsUp)
        }
    }
}

extension LoggedRecord {
    /// The record again and again, each time with one bit of one byte of key, value or headers changed.
    var changedInEachByte: [LoggedRecord] {
        var records: [LoggedRecord] = []
        if let key = keyBytes.map({ Array($0) }) {
            for index in key.indices {
                var changed = key
                changed[index] ^= 1
                records.append(with(key: changed))
            }
        }
        if let value = valueBytes.map({ Array($0) }) {
            for index in value.indices {
                var changed = value
                changed[index] ^= 1
                records.append(with(value: changed))
            }
        }
        for (place, header) in headers.enumerated() {
            let value = header.value.map { Array(bytes[$0]) } ?? []
            for index in value.indices {
                var changed = value
                changed[index] ^= 1
                records.append(with(header: (place, changed)))
            }
        }
        return records
    }
}
