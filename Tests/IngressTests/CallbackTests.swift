// SPDX-License-Identifier: Apache-2.0
import Ingress
import Kafka
import Payments
import TestSupport
import Testing

@Suite struct CallbackTests {
    @Test(
        "a callback that verifies is answered 200, empty, and is in the log byte for byte with its receipt")
    func accepted() throws {
        let ingress = try TestIngress {
            $0.trustedProxies = [AddressBlock("127.0.0.1/32")].compactMap(\.self)
        }
        let body = try signed(callback(payment: "Order_47"))
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let answer = try #require(try ingress.post(body, headers: [("traceparent", trace)]))
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)

        let records = try ingress.records()
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record.value == body)
        #expect(record.keyText == "1234:order_47")
        let key = try #require(record.key)
        #expect(Int(record.partition) == Murmur2.partition(of: key.span.bytes, count: 4))
        #expect(record.header("tidings-key-id") == "main")
        #expect(record.header("tidings-signature-rule") == "natural")
        #expect(record.header("tidings-project-id") == "1234")
        #expect(record.header("tidings-peer") == "127.0.0.1")
        #expect(record.header("traceparent") == trace)
        let receivedAt = Array(try #require(record.header("tidings-received-at")).utf8)
        #expect(Timestamp(receivedAt.span.bytes)?.milliseconds == record.timestamp)
        #expect(record.headers.count == 6)
        #expect(
            ingress.metric(
                "tidings_ingress_verified_total{project=\"1234\",key=\"main\",rule=\"natural\"}") == 1)
        #expect(ingress.outcome("accepted") == 1)
    }

    @Test("an old callback sent again is accepted again")
    func repeated() throws {
        let ingress = try TestIngress()
        let body = try signed(callback())
        for _ in 0..<3 { #expect(try ingress.post(body)?.status == 200) }
        #expect(try ingress.records().map(\.value) == [body, body, body])
    }

    @Test("the project may be in the path alone")
    func projectInPath() throws {
        let ingress = try TestIngress()
        let body = try signed(Array(#"{"payment":{"id":"p1"},"operation":{"id":1}}"#.utf8))
        #expect(try ingress.post(body)?.status == 400)
        #expect(try ingress.post(body, to: "/callbacks/1234")?.status == 200)
        #expect(try ingress.post(body, to: "/callbacks/1235")?.status == 403)
        #expect(try ingress.records().map(\.keyText) == ["1234:p1"])
    }

    @Test("a header that is not a trace context is left out")
    func foreignTrace() throws {
        let ingress = try TestIngress {
            $0.trustedProxies = [AddressBlock("127.0.0.1/32")].compactMap(\.self)
        }
        for value in [
            "x", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "01-" + String(repeating: "0", count: 52),
        ] {
            #expect(
                try ingress.post(try signed(callback()), headers: [("traceparent", value)])?.status == 200)
        }
        #expect(try ingress.records().allSatisfy { $0.header("traceparent") == nil })
    }

    @Test("a fallback rule that matches is reported by the receipt and counted")
    func fallbackRule() throws {
        let ingress = try TestIngress()
        // Signed with numbers as written: the literal text ends in 1.50, the natural one in 1.5.
        let body = Array(
            #"{"project_id":1234,"rate":1.50,"signature":"ZHrLdZ/RRrDoHmdx6d2uOHpvNsWtB/jRu36TQBHq9SyTWqodFkojnyL+rpLzhchSKUAS4E0A/Q8Oshwp/nnTag=="}"#
                .utf8)
        #expect(try ingress.post(body)?.status == 200)
        #expect(try ingress.records().first?.header("tidings-signature-rule") == "literal-numbers")
        #expect(
            ingress.metric(
                "tidings_ingress_verified_total{project=\"1234\",key=\"main\",rule=\"literal-numbers\"}") == 1
        )
    }

    @Test("every refusal for a signature is the same answer, anyone who asks for whichever reason")
    func refusals() throws {
        let ingress = try TestIngress()
        let body = try signed(callback())
        let text = String(decoding: body, as: UTF8.self)
        let signature = try #require(text.split(separator: "\"signature\":\"").last?.prefix(88))
        let wrong = [
            text.replacing("\"amount\":10000", with: "\"amount\":10001"),
            text.replacing(signature, with: "short"),
            text.replacing(signature, with: String(repeating: "!", count: 88)),
            text.replacing(signature, with: String(repeating: "A", count: 86) + "=="),
            text.replacing("1234,", with: "1235,"),
            text.replacing("1234,", with: "1236,"),
            String(decoding: try signed(callback(), secret: Array("another".utf8)), as: UTF8.self),
        ]
        var answers: [RawHTTP.Answer] = []
        for body in wrong {
            #expect(body != text)
            var answer = try #require(try ingress.post(Array(body.utf8)))
            answer.headers.removeAll { $0.name == "date" }
            answers.append(answer)
        }
        #expect(answers.allSatisfy { $0 == answers[0] && $0.status == 403 })
        #expect(try ingress.records().isEmpty)
        #expect(ingress.outcome("refused") == wrong.count)
    }

    @Test(
        "a body that is not a signed JSON object is answered 400, and nothing is written",
        arguments: [
            "", " ", "{", "[]", "\"text\"", "null", "{}", #"{"project_id":1234}"#, #"{"a":1,"a":2}"#,
            #"{"a":1,"\u0061":2}"#, "\u{FEFF}{}", #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":01}"#,
            #"{"a":0x10}"#,
            #"{"a":1,}"#, #"{"a":1}/**/"#, "{} x", #"{"a":"\ud800"}"#, "{\"a\":\"\u{1}\"}",
            #"{"a":\#(String(repeating: "1", count: 65))}"#,
            String(repeating: #"{"a":"#, count: 33) + "1" + String(repeating: "}", count: 33),
            #"{"a":[\#(Array(repeating: "1", count: 2001).joined(separator: ","))]}"#,
            #"{"project_id":1234,"signature":null}"#, #"{"project_id":1234,"signature":5}"#,
            #"{"signature":"\#(String(repeating: "A", count: 86))=="}"#,
        ])
    func malformed(body: String) throws {
        let ingress = try TestIngress()
        #expect(try ingress.post(Array(body.utf8))?.status == 400)
        #expect(try ingress.records().isEmpty)
    }

    @Test(
        "bytes that are not UTF-8 are answered 400",
        arguments: [
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], [0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x31, 0x7D],
            [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], [0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x3A, 0x31, 0x7D],
        ] as [[UInt8]])
    func malformedText(body: [UInt8]) throws {
        let ingress = try TestIngress()
        #expect(try ingress.post(body)?.status == 400)
    }

    @Test("a number of any size is kept as text where the grammar allows it")
    func largeNumber() throws {
        let ingress = try TestIngress()
        let body = try signed(callback(extra: #","x":1e999999999"#))
        #expect(try ingress.post(body)?.status == 200)
        #expect(try ingress.records().map(\.value) == [body])
    }

    @Test(
        "another path is 404, another method 405 with the one that is allowed",
        arguments: [
            ("GET", "/callbacks", 405), ("PUT", "/callbacks", 405), ("DELETE", "/callbacks/1234", 405),
            ("OPTIONS", "/callbacks", 405), ("POST", "/", 404), ("POST", "/callback", 404),
            ("POST", "/callbacks/abc", 404), ("POST", "/callbacks/0", 404), ("POST", "/callbacks/-1", 404),
            ("POST", "/callbacks/01234", 404), ("POST", "/callbacks//", 404),
            ("POST", "/callbacks/1234//", 404),
            ("POST", "/callbacks1234", 404),
            ("POST", "/callbacks/99999999999999999999", 404), ("POST", "/Callbacks", 404),
            ("POST", "/callbacks%2F1234", 404), ("POST", "/callbacks%00", 404), ("POST", "//callbacks", 404),
        ])
    func routes(method: String, path: String, status: Int) throws {
        let ingress = try TestIngress()
        let client = try ingress.connect()
        client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        let answer = try #require(client.answer())
        #expect(answer.status == status)
        #expect(answer["allow"] == (status == 405 ? "POST" : nil))
    }

    @Test("a callback refused for its size is counted by the limit it passed")
    func sizes() throws {
        let ingress = try TestIngress { $0.limits = JSONLimits(depth: 4, members: 50, numberBytes: 10) }
        _ = try ingress.post(Array(#"{"a":{"b":{"c":{"d":{}}}}}"#.utf8))
        _ = try ingress.post(
            Array(#"{"a":[\#(Array(repeating: "1", count: 51).joined(separator: ","))]}"#.utf8))
        _ = try ingress.post(Array(#"{"a":12345678901}"#.utf8))
        let client = try ingress.connect()
        client.send("POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n")
        #expect(client.answer()?.status == 413)
        for limit in ["too-deep", "too-many-members", "number-too-long", "body"] {
            #expect(ingress.metric("tidings_ingress_oversized_total{limit=\"\(limit)\"}") == 1)
        }
    }
}
