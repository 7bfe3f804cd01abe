// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestSupport
import Testing

/// Every rule of the gate by raw bytes on a live server: the answer, the close, the rule that is counted, and
/// no second request read behind the refused one.
@Suite struct GateTests {
    struct Breach: CustomTestStringConvertible {
        let rule: String
        let status: Int
        let request: String
        var testDescription: String { "\(rule): \(request.prefix(60).debugDescription)" }

        init(_ rule: String, _ status: Int, _ request: String) {
            self.rule = rule
            self.status = status
            self.request = request
        }
    }

    static let breaches: [Breach] = [
        Breach("method", 400, "PO@T /now HTTP/1.1\r\nHost: a\r\n\r\n"),
        Breach("uri", 414, "GET /\(String(repeating: "u", count: 8200)) HTTP/1.1\r\nHost: a\r\n\r\n"),
        Breach(
            "field-count", 431,
            "GET /now HTTP/1.1\r\nHost: a\r\n" + (0..<100).map { "X\($0): 1\r\n" }.joined() + "\r\n"),
        Breach(
            "field-size", 431,
            "GET /now HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "v", count: 4096))\r\n\r\n"),
        Breach(
            "header-size", 431,
            "GET /now HTTP/1.1\r\nHost: a\r\n"
                + (0..<3).map { "X\($0): \(String(repeating: "v", count: 2900))\r\n" }.joined() + "\r\n"),
        Breach("field-name", 400, post("Content-Length : 3\r\n", "abc")),
        Breach("field-name", 400, "GET /now HTTP/1.1\r\nHost: a\r\nX@: 1\r\n\r\n"),
        Breach("field-value", 400, "GET /now HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n"),
        Breach("field-value", 400, "GET /now HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
        Breach("host", 400, "GET /now HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        Breach("content-length", 400, post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
        Breach("content-length", 400, post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")),
        Breach("content-length", 400, post("Content-Length: 00000000003\r\n", "abc")),
        Breach("transfer-encoding", 400, post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        Breach("transfer-encoding", 400, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        Breach(
            "transfer-encoding", 400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        Breach(
            "transfer-encoding-in-1.0", 400,
            "POST /now HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Breach("two-lengths", 400, post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        Breach("body-size", 413, post("Content-Length: 65537\r\n", "")),
        Breach("content-encoding", 415, post("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "abc")),
        Breach(
            "content-encoding", 415, post("Content-Encoding: identity, br\r\nContent-Length: 3\r\n", "abc")),
        Breach("content-encoding", 415, post("Content-Encoding: x-strange\r\nContent-Length: 3\r\n", "abc")),
        Breach("no-length", 411, post("", "")),
    ]

    /// Refused by libmicrohttpd itself, before the gate: the same answer for the client.
    static let libraryRefusals: [Breach] = [
        Breach("", 400, "GET /now HTTP/1.1\r\n\r\n"),
        Breach("", 400, post("Content-Length: +5\r\n", "abcde")),
        Breach("", 400, post("Content-Length: 5,5\r\n", "abcde")),
        Breach("", 400, post("Content-Length: -1\r\n", "abcde")),
        Breach("", 400, post("Content-Length: \r\n", "abcde")),
    ]

    static func post(_ fields: String, _ body: String) -> String {
        "POST /now HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    @Test(
        "a request that breaks a rule is refused, counted under it, and the connection closes",
        arguments: breaches)
    func refusal(_ breach: Breach) throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        // A second request behind it, which must not be answered.
        client.send(breach.request + "GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try #require(client.answer())
        #expect(answer.status == breach.status)
        #expect(client.closes())
        #expect(client.unread.isEmpty)
        #expect(test.metric("tidings_http_refused_total{server=\"http\",rule=\"\(breach.rule)\"}") == 1)
        #expect(test.desk.handled == 0)
    }

    @Test("what libmicrohttpd refuses automatically closes the connection too", arguments: libraryRefusals)
    func libraryRefusal(_ breach: Breach) throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(breach.request + "GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.statuses() == [breach.status])
        #expect(client.isClosed)
        #expect(test.desk.handled == 0)
    }

    @Test("every rule of the gate has a breach here")
    func completeness() throws {
        let test = try TestServer()
        let counted = test.metricsText.split(separator: "\n").compactMap { line in
            line.hasPrefix("tidings_http_refused_total{") ? line.split(separator: "\"")[3] : nil
        }
        // libmicrohttpd answers an unknown version without asking; the rule is for a library that does not. A
        // client certificate needs TLS: TLSTests.
        #expect(
            Set(counted.map(String.init))
                == Set(Self.breaches.map(\.rule)).union(["version", "client-certificate"]))
    }

    @Test(
        "an ordinary request passes every rule",
        arguments: [
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "POST /now HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: UTF-8\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding:\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: none, identity\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: charset=utf-8\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: application/json\r\nContent-Length: 1\r\n\r\n1",
            "POST /now HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
            "POST /now?a=b HTTP/1.1\r\nHost: a\r\nX-Tab: a\tb\r\nContent-Length: 2\r\n\r\n{}",
            "POST http://a:80/now HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
            "GET /now HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func ordinary(_ request: String) throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(request)
        #expect(client.answer()?.status == 200)
    }
}
