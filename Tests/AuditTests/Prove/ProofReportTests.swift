// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import Testing

@Suite("A proof's report")
struct ProofReportTests {
    private func report(_ proved: ModelPartition.Proved) -> ProofReport {
        var report = ProofReport()
        var partition = ProofReport.Partition(
            partition: 0, start: 0, end: 15, committed: 15, logEnd: 17, isWholeLog: true,
            isStateCompared: true)
        partition.account = proved.account
        partition.payments = proved.payments
        partition.faultCount = proved.faults.count
        partition.undecided = 2
        report.partitions = [partition]
        return report
    }

    @Test("a person reads the account line by line, and that it holds")
    func text() throws {
        let text = ProofText.summary(of: report(try PartitionProofTests.everyDecision().prove()))
        let lines = text.split(separator: "\n").map(String.init)
        for words in [
            ["callbacks", "15"], ["=", "advance", "4"], ["+", "correction", "1"], ["+", "duplicate", "2"],
            ["+", "late", "1"], ["+", "unknown-shape", "1"], ["+", "dead-letter", "2"], ["sum", "15"],
        ] {
            #expect(lines.contains { $0.split(separator: " ").map(String.init) == words }, "\(words)")
        }
        #expect(text.contains("2 callbacks not yet decided by the workers"))
        #expect(text.hasSuffix("the topics hold what the callbacks lead to, and nothing else\n"))
    }

    @Test("in JSON it is one document with the faults, whatever their keys hold")
    func json() throws {
        var model = try PartitionProofTests.everyDecision()
        let record = try #require(model.outputs[.status]?.first)
        model.outputs[.status]?.append(
            record.with(key: Array("1234:\"\n\u{1B}[31m\\".utf8), value: Array("{}".utf8)))
        model.outputs[.status]?.removeFirst()
        let proved = try model.prove()
        #expect(proved.faults.count == 2)
        var json = ProofJSON()
        var document = json.opening
        for fault in proved.faults { document += json.fault(fault) }
        document += json.closing(report(proved))
        let parsed = try JSONSerialization.jsonObject(with: Data(document)) as? [String: Any]
        let faults = parsed?["faults"] as? [[String: Any]]
        #expect(faults?.map { $0["kind"] as? String } == ["missing", "unexpected-no-origin"])
        #expect(faults?.last?["key"] as? String == "1234:\"\n\u{1B}[31m\\")
        #expect(!document.contains(0x1B))
        let account = parsed?["account"] as? [String: Any]
        #expect(account?["callbacks"] as? Int == 15 && account?["adds_up"] as? Bool == true)
        #expect(account?["unknown_shape"] as? Int == 1 && account?["dead_letter"] as? Int == 2)
        #expect(parsed?["holds"] as? Bool == false && parsed?["fault_count"] as? Int == 2)
    }

    @Test("a fault says in one line what is wrong, and colours no terminal")
    func faults() throws {
        var model = try PartitionProofTests.everyDecision()
        let record = try #require(model.outputs[.status]?[1])
        model.outputs[.status]?.remove(at: 1)
        model.outputs[.status]?.append(record.with(key: Array("a\u{1B}[2Jb".utf8)))
        let texts = try model.prove().faults.map(\.description)
        #expect(texts.count >= 2)
        #expect(
            texts.contains {
                $0.contains("missing") && $0.contains("callback 1") || $0.contains("out-of-order")
            })
        #expect(texts.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") })
    }
}
