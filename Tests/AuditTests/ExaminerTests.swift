// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import TestSupport
import Testing

@Suite("Examiner")
struct ExaminerTests {
    private let secret = Array("secret-1".utf8)
    private let clear = """
        {"project_id":1234,"payment":{"id":"p-1","type":"purchase","status":"success",\
        "sum":{"amount":1000,"currency":"USD"}},"operation":{"id":47,"type":"sale","status":"success",\
        "date":"2026-01-02T03:04:05+0000"}}
        """

    @Test("a signed callback is valid by the natural rule and clear")
    func valid() throws {
        let (finding, answer) = try examine(try signed(clear), secret)
        #expect(finding.rule == .natural && finding.isClear)
        #expect(answer == #"{"valid":true,"rule":"natural","error":null,"clear":true,"reasons":[]}"#)
    }

    @Test("a signature by another secret differs without an error")
    func wrongSecret() throws {
        let (finding, answer) = try examine(try signed(clear), Array("secret-2".utf8))
        #expect(!finding.isValid)
        #expect(answer.hasPrefix(#"{"valid":false,"rule":null,"error":null,"#))
    }

    @Test("an empty secret verifies nothing")
    func emptySecret() throws {
        let (finding, answer) = try examine(try signed(clear), [])
        #expect(!finding.isValid)
        #expect(answer.contains("the secret is empty"))
    }

    @Test("what is missing or malformed is reported without quoting the body")
    func errors() throws {
        for (body, error) in [
            ("{\"a\":\"secret-name\"}", "no signature"), ("{\"a\":1,\"a\":2}", "duplicate-key at byte 7"),
            ("[]", "root-not-object at byte 0"), ("", "unexpected-end at byte 0"),
            ("{\"a\":\"\(String(repeating: "x", count: 70_000))\"}", "too-large at byte 65536"),
        ] {
            let (finding, answer) = try examine(Array(body.utf8), secret)
            #expect(!finding.isValid)
            #expect(answer.contains("\"error\":\"\(error)\""), "\(answer)")
            #expect(!answer.contains("secret-name"))
        }
    }

    @Test("a re-arranged link is valid and not clear, with the rule, the path and both readings")
    func ambiguous() throws {
        let link = #"{"payment_amount":100,"payment_currency":"USD","payment_id":"x","project_id":1234}"#
        let (finding, answer) = try examine(try signed(link), secret)
        #expect(finding.isValid && !finding.isClear)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(object["clear"] as? Bool == false)
        let reasons = try #require(object["reasons"] as? [[String: Any]])
        #expect(reasons.map { $0["path"] as? String } == ["payment_amount", "payment_currency"])
        for reason in reasons {
            #expect(reason["rule"] as? String == "link")
            #expect(
                reason["readings"] as? [String] == [
                    "a callback", "a Payment Page link signed by the merchant",
                ])
        }
    }

    @Test("a reason of a text with one reading names no readings")
    func incomplete() throws {
        let (finding, answer) = try examine(try signed(#"{"project_id":1234}"#), secret)
        #expect(finding.isClear)
        #expect(answer.hasSuffix(#""reasons":[{"rule":"incomplete","path":"operation:id"}]}"#))
    }

    /// The bytes that other programs parse: a change of them is a change of the command's contract.
    @Test("the members of an answer are in a fixed order, with and without what was asked for")
    func members() throws {
        let body = Array(#"{"a":1}"#.utf8)
        let start = #"{"valid":false,"rule":null,"error":"no signature""#
        let end = #","clear":true,"reasons":[{"rule":"incomplete","path":"operation:id"}]"#
        for (topics, withText, expected) in [
            (nil, false, start + end + "}"), (nil, true, start + #","string_to_sign":"a:1""# + end + "}"),
            (TopicNames(), true, start + #","string_to_sign":"a:1""# + end + #","event":null}"#),
        ] {
            var examiner = Examiner(limits: JSONLimits(), bodyLimit: 65_536, eventsFor: topics)
            var output: [UInt8] = []
            _ = examiner.examine(body.span.bytes, secret: secret, withText: withText, into: &output)
            #expect(String(decoding: output, as: UTF8.self) == expected)
        }
    }

    @Test(
        "the text to sign is safe to print: what could change a terminal is escaped, and reads back the same")
    func safeText() throws {
        let text = "x\u{7F}\u{9B}31m\u{202E}\u{2028}${a}é\u{1B}"
        let json = try JSONSerialization.data(withJSONObject: ["a": text])
        var examiner = examiner
        var output: [UInt8] = []
        _ = examiner.examine(Array(json).span.bytes, secret: secret, withText: true, into: &output)
        let answer = String(decoding: output, as: UTF8.self)
        #expect(!answer.unicodeScalars.contains { $0.properties.isBidiControl || $0.value == 0x7F })
        #expect(!answer.unicodeScalars.contains { (0x80..<0xA0).contains($0.value) || $0.value < 0x20 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
        #expect(object["string_to_sign"] as? String == "a:" + text)
    }

    @Test("string_to_sign is the natural text, escaped as JSON asks, and null where nothing parses")
    func text() throws {
        var output: [UInt8] = []
        var examiner = examiner
        let body = Array(#"{"a":"q\"\\\n\t\u0001\u20ac/","b":[]}"#.utf8)
        _ = examiner.examine(body.span.bytes, secret: secret, withText: true, into: &output)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
        #expect(object["string_to_sign"] as? String == "a:q\"\\\n\t\u{1}€/")
        #expect(object["error"] as? String == "no signature")

        output = []
        _ = examiner.examine([UInt8(ascii: "{")].span.bytes, secret: secret, withText: true, into: &output)
        #expect(String(decoding: output, as: UTF8.self).contains(#""string_to_sign":null"#))
    }

    @Test("the event is what a worker would publish, and null for what would not be published")
    func event() throws {
        var examiner = Examiner(limits: JSONLimits(), bodyLimit: 65_536, eventsFor: TopicNames())
        var output: [UInt8] = []
        let body = try signed(clear)
        _ = examiner.examine(body.span.bytes, secret: secret, into: &output)
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
        let event = try #require(answer["event"] as? [String: Any])
        #expect(event["type"] as? String == "payment.status.changed")
        #expect(event["received_at"] as? String == "2026-01-02T03:04:05.000Z")
        #expect((event["operation"] as? [String: Any])?["id"] as? Int == 47)
        #expect((event["source"] as? [String: Any])?["topic"] as? String == "payments.callbacks.v1")

        let link = #"{"payment_amount":100,"payment_currency":"USD","payment_id":"x","project_id":1234}"#
        let unpublished: [[UInt8]] = [try signed(link), Array(clear.utf8), try signed("{}"), []]
        for body in unpublished {
            output = []
            _ = examiner.examine(body.span.bytes, secret: secret, into: &output)
            #expect(String(decoding: output, as: UTF8.self).hasSuffix(#","event":null}"#))
        }
    }

    /// The lines are more than one read takes, so that some are cut in the middle.
    @Test("a batch answers every line in its order")
    func batch() throws {
        var lines: [String] = []
        let padding = String(repeating: "x", count: 2000)
        for number in 0..<500 {
            let body = String(
                decoding: try signed(#"{"a":\#(number),"b":"é;\#(number)","c":"\#(padding)"}"#), as: UTF8.self
            )
            let secret = number % 3 == 0 ? "another" : "secret-1"
            let object = ["body": body, "secret": secret]
            lines.append(String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
        }
        lines[7] = "not json"
        lines[8] = #"{"body":"{}"}"#
        // The last line has no end.
        let (malformed, answers) = try run(lines.joined(separator: "\n"))
        #expect(malformed == 2)
        #expect(answers.count == 500)
        for (number, answer) in answers.enumerated() where number != 7 && number != 8 {
            #expect(answer["valid"] as? Bool == (number % 3 != 0))
            #expect(answer["string_to_sign"] as? String == "a:\(number);b:é;\(number);c:\(padding)")
        }
        #expect(answers[7]["error"] as? String == "the line is not JSON: root-not-object at byte 0")
        #expect(answers[8]["error"] as? String == "the line has no body and secret")
    }

    @Test("an empty batch has no answers")
    func emptyBatch() throws {
        let (malformed, answers) = try run("")
        #expect(malformed == 0 && answers.isEmpty)
    }

    private var examiner: Examiner { Examiner(limits: JSONLimits(), bodyLimit: 65_536) }

    private func examine(_ body: [UInt8], _ secret: [UInt8]) throws -> (Examiner.Finding, String) {
        var examiner = examiner
        var output: [UInt8] = []
        let finding = examiner.examine(body.span.bytes, secret: secret, into: &output)
        return (finding, String(decoding: output, as: UTF8.self))
    }

    private func signed(_ body: String) throws -> [UInt8] {
        try CallbackFixture.signed(Array(body.utf8), by: secret)
    }

    private func run(_ text: String) throws -> (malformed: Int, answers: [[String: Any]]) {
        let folder = try TemporaryDirectory()
        try Data(text.utf8).write(to: folder.file("lines"))
        try Data().write(to: folder.file("answers"))
        let input = try FileHandle(forReadingFrom: folder.file("lines"))
        let output = try FileHandle(forWritingTo: folder.file("answers"))
        var batch = BatchExamination(limits: JSONLimits(), bodyLimit: 65_536)
        let malformed = try batch.run(from: input.fileDescriptor, to: output.fileDescriptor)
        let answers = try String(contentsOf: folder.file("answers"), encoding: .utf8)
        return (
            malformed,
            try answers.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
        )
    }
}
