// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import TestSupport
import Testing

/// What a live ingress answers to bytes that no platform would send. After each case the log is as it was,
/// and a good callback is accepted: no other sender noticed.
@Suite struct BadInputTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let bytes: String
        /// Any of these, or a plain close where empty.
        let statuses: [Int]
        /// Whether the connection must end.
        let closes: Bool

        var testDescription: String { name }

        init(_ name: String, _ bytes: String, _ statuses: [Int], closes: Bool = true) {
            self.name = name
            self.bytes = bytes
            self.statuses = statuses
            self.closes = closes
        }

        /// A POST to the callback route with these fields.
        static func post(
            _ name: String, _ fields: String, _ body: String, _ statuses: [Int], closes: Bool = true
        ) -> Case {
            Case(
                name, "POST /callbacks HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)", statuses, closes: closes)
        }
    }

    private static let many = String(repeating: "v", count: 100_000)

    static let lengths: [Case] = [
        .post("a length over the limit", "Content-Length: 65537\r\n", "", [413]),
        .post(
            "a length over the limit, expecting to be asked",
            "Content-Length: 65537\r\nExpect: 100-continue\r\n", "", [413]),
        .post("a length beyond any number", "Content-Length: 99999999999999999999\r\n", "", [400, 413]),
        .post("no length", "", "", [411]),
        .post("an empty body", "Content-Length: 0\r\n", "", [400], closes: false),
        .post("two lengths", "Content-Length: 2\r\nContent-Length: 2\r\n", "{}", [400]),
        .post("two lengths that differ", "Content-Length: 2\r\nContent-Length: 30\r\n", "{}", [400]),
        .post("a signed length", "Content-Length: +5\r\n", "{   }", [400]),
        .post("a list of lengths", "Content-Length: 5,5\r\n", "{   }", [400]),
        .post("a negative length", "Content-Length: -5\r\n", "{   }", [400]),
        .post("a hexadecimal length", "Content-Length: 0x5\r\n", "{   }", [400]),
        .post("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", [400]),
        .post("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n", [400]),
    ]

    static let encodings: [Case] = [
        .post("gzip", "Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}", [415]),
        .post("deflate", "Content-Encoding: deflate\r\nContent-Length: 2\r\n", "{}", [415]),
        .post("brotli", "Content-Encoding: br\r\nContent-Length: 2\r\n", "{}", [415]),
        .post(
            "gzip beside identity",
            "Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n", "{}", [415]),
        .post("an unknown transfer encoding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n", [400]),
        .post("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n", [400]),
        .post(
            "chunked and identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n", [400]),
        Case(
            "chunks in 1.0", "POST /callbacks HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
        .post("a malformed chunk size", "Transfer-Encoding: chunked\r\n", "zz\r\n", [400]),
        .post(
            "a chunk size beyond any number", "Transfer-Encoding: chunked\r\n", "fffffffffffffffffffff\r\n",
            [400, 413]),
        .post(
            "chunks over the limit", "Transfer-Encoding: chunked\r\n", "186a0\r\n\(many)\r\n0\r\n\r\n", [413]),
        .post(
            "a chunk extension that fills the memory", "Transfer-Encoding: chunked\r\n", "1;\(many)\r\n{\r\n",
            [413]),
    ]

    static let heads: [Case] = [
        .post("a space before the colon", "Content-Length : 2\r\n", "{}", [400]),
        .post("a bare carriage return in a value", "X: a\rb\r\nContent-Length: 2\r\n", "{}", [400]),
        .post("a control character in a value", "X: a\u{8}b\r\nContent-Length: 2\r\n", "{}", [400]),
        .post("two hosts", "Host: b\r\nContent-Length: 2\r\n", "{}", [400]),
        Case("no host", "POST /callbacks HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", [400]),
        Case("a bad request line", "POST\r\nHost: a\r\n\r\n", [400]),
        Case("no HTTP at all", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n", [400]),
        Case(
            "an unknown version", "POST /callbacks HTTP/9.9\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
            [400, 505]),
        .post(
            "many fields", (0..<101).map { "X\($0): 1\r\n" }.joined() + "Content-Length: 2\r\n", "{}", [431]),
        .post("a huge field", "X: \(many)\r\nContent-Length: 2\r\n", "{}", [431]),
        .post(
            "many large fields",
            (0..<40).map { "X\($0): \(String(repeating: "v", count: 900))\r\n" }.joined(), "{}",
            [431]),
        Case(
            "a long URI", "POST /callbacks?\(many) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", [414]),
        Case("a long path", "POST /\(many) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", [414]),
    ]

    @Test(
        "it is answered as the table says, closed where the table says so, and never read as a second request",
        arguments: lengths + encodings + heads)
    func answer(_ bad: Case) throws {
        let ingress = try TestIngress { $0.unverifiedPerMinute = 0 }
        let client = try ingress.connect()
        // A client that is still sending when it is refused sees no separate error.
        client.send(bad.bytes)
        // Were a second request seen, it would be answered: by the 404 of a path that is nowhere.
        client.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
        let statuses = client.statuses(upTo: bad.closes ? .max : 2)
        #expect(statuses.first.map { bad.statuses.contains($0) } == true, "\(statuses)")
        #expect(statuses.count == (bad.closes ? 1 : 2), "\(statuses)")
        #expect(client.isClosed == bad.closes)

        #expect(try ingress.post(try signed(callback()))?.status == 200)
        #expect(try ingress.records().count == 1)
    }

    @Test("obs-fold, bare line feeds and a NUL change no length and make no second request")
    func leniency() throws {
        let good = String(decoding: try signed(callback()), as: UTF8.self)
        for fields in ["X: a\r\n b\r\n", "X: a\u{0}b\r\n", "X: a\n", "X: y\r\n Content-Length: 3\r\n"] {
            let ingress = try TestIngress { $0.server.deadlines.idle = .milliseconds(300) }
            let client = try ingress.connect()
            client.send(
                "POST /callbacks HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(good.utf8.count)\r\n\r\n\(good)"
                    + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
            let statuses = client.statuses()
            #expect(statuses == [400] || statuses == [200, 404], "\(statuses)")
            let records = try ingress.records()
            #expect(records.map(\.valueText) == (statuses == [400] ? [] : [good]))
        }
    }

    @Test("a body shorter than declared writes nothing", arguments: [false, true])
    func shortBody(endsInput: Bool) throws {
        let ingress = try TestIngress { $0.server.deadlines.body = .milliseconds(300) }
        let client = try ingress.connect()
        let good = try signed(callback())
        client.send("POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: \(good.count + 1)\r\n\r\n")
        client.send(good)
        if endsInput { client.finishSending() }
        #expect(client.statuses().allSatisfy { $0 == 408 || $0 == 400 })
        #expect(client.isClosed)
        #expect(try ingress.records().isEmpty)
    }

    @Test("a body in many pieces is one body")
    func pieces() throws {
        let ingress = try TestIngress()
        let client = try ingress.connect()
        let good = try signed(callback())
        client.send("POST /callbacks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in good { client.send(Array("1\r\n".utf8) + [byte] + Array("\r\n".utf8)) }
        client.send("0\r\nX-Trailer: 1\r\n\r\n")
        #expect(client.answer()?.status == 200)
        #expect(try ingress.records().map(\.value) == [good])
    }

    @Test("pipelined callbacks are answered in their order")
    func pipelined() throws {
        let ingress = try TestIngress()
        let client = try ingress.connect()
        for number in 0..<20 {
            let isGood = number % 3 != 1
            let secret = isGood ? TestIngress.secret : Array("wrong".utf8)
            client.post("/callbacks", try signed(callback(payment: "p\(number)"), secret: secret))
        }
        #expect(client.statuses(upTo: 20) == (0..<20).map { $0 % 3 != 1 ? 200 : 403 })
        #expect(Set(try ingress.records().compactMap(\.keyText)).count == 13)
    }

    @Test("a client that leaves before its answer leaks nothing, and the record may be there")
    func clientGone() throws {
        let ingress = try TestIngress()
        for number in 0..<50 {
            let client = try ingress.connect()
            client.post("/callbacks", try signed(callback(payment: "p\(number)")))
        }
        eventually { ingress.metric("tidings_http_connections{server=\"callbacks\"}") == 0 }
        #expect(try ingress.records().count <= 50)
        #expect(try ingress.post(try signed(callback()))?.status == 200)
    }
}
