// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import TestSupport
import Testing

@Suite("A payment's history")
struct PaymentHistoryTests {
    private func history(
        _ model: ModelPartition, _ words: [String] = ["1234", "Order_1"], decided: Int64? = nil
    ) throws -> PaymentHistory {
        let key = try #require(PaymentName(words)).key
        let setup = ProofSetup(partition: 0, partitionCount: 1, processor: model.settings, isWholeLog: true)
        func own(_ topic: Topic) -> RecordList {
            RecordList((model.outputs[topic] ?? []).filter { $0.keyBytes?.elementsEqual(key) ?? false })
        }
        let end = Int64(model.callbacks.count)
        return try HistoryBuilder(
            key: key, setup, makeProcessor: { RecordProcessor(settings: $0, keys: model.keys) }
        ).history(
            of: RecordList(model.callbacks),
            ProofOutputs(status: own(.status), review: own(.review), deadLetter: own(.deadLetter)), start: 0,
            decided: decided ?? end, end: end)
    }

    @Test("every callback of the payment is there, in order, with its decision and what it led to")
    func whole() throws {
        let model = try PartitionProofTests.everyDecision()
        let reported = try history(model)
        #expect(reported.faults == [])
        #expect(
            reported.entries.map(\.decision) == [
                .advance, .advance, .duplicate, .duplicate, .late, .correction, .conflict, .stale, .future,
                .ambiguous,
                .advance,
            ])
        #expect(reported.entries.map(\.offset) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 14])
        #expect(reported.entries.compactMap(\.record?.revision) == [1, 2, 3, 4])
        #expect(reported.entries.map(\.record?.topic)[6] == .review)
        #expect(reported.entries[9].reason == "link" && reported.entries[9].summary == nil)
        #expect(reported.entries[10].summary?.operationType == "refund")
        #expect(reported.callbacksRead == 15)
        #expect(try history(model, ["1234:order_3"]).entries.map(\.decision) == [.advance])
        #expect(try history(model, ["1234", "nobody"]).entries.isEmpty)
    }

    @Test("callbacks that no worker has decided are shown as such")
    func undecided() throws {
        let model = try PartitionProofTests.everyDecision()
        let reported = try history(model, decided: 14)
        #expect(
            reported.entries.last?.decision == nil
                && reported.entries.last?.summary?.operationType == "refund")
    }

    @Test("what was tampered with is reported")
    func faults() throws {
        var model = try PartitionProofTests.everyDecision()
        model.outputs[.status]?.remove(at: 1)
        #expect(try history(model).faults.map(\.kind) == [.missing])
    }

    @Test("neither the table nor the JSON holds a body unless it is asked for")
    func personal() throws {
        var model = ModelPartition()
        let body = CallbackFixture().text.replacing(#""id":"c1""#, with: #""id":"c1","phone":"85512345678""#)
        try model.send(body, at: ModelTime.start, hasReceipt: false)
        let reported = try history(model)
        let table = HistoryText.table(of: reported)
        let json = HistoryJSON.document(of: reported)
        #expect(table.contains("advance") && table.contains("status 0, revision 1"))
        #expect(
            !table.contains("85512345678") && !String(decoding: json, as: UTF8.self).contains("85512345678"))
        #expect(HistoryText.table(of: reported, withBodies: true).contains("85512345678"))
        let parsed =
            try JSONSerialization.jsonObject(
                with: Data(HistoryJSON.document(of: reported, withBodies: true))) as? [String: Any]
        let callbacks = parsed?["callbacks"] as? [[String: Any]]
        #expect(callbacks?.first?["decision"] as? String == "advance")
        #expect(callbacks?.first?["body"] as? String == body)
        let output1 = callbacks?.first?["output"] as? [String: Any]
        #expect(output1?["revision"] as? Int == 1 && output1?["topic"] as? String == "status")
    }
}
