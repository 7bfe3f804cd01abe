// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Payments
import TestSupport
import Testing

/// What a sender set wrongly beside the body: it costs no callback where the body is whole, and is reported
/// where it does.
@Suite struct DoorTests {
    @Test("a slash at the end of the path changes nothing", arguments: ["/callbacks/", "/callbacks/1234/"])
    func slash(path: String) throws {
        let ingress = try TestIngress()
        let body = try signed(callback())
        #expect(try ingress.post(body, to: path)?.status == 200)
        #expect(try ingress.records().map(\.value) == [body])
    }

    @Test(
        "a header that does not change the body costs no callback",
        arguments: [
            ("Content-Type", "text/plain"), ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Type", "application/json; charset=windows-1251"), ("Content-Type", "nonsense"),
            ("Content-Type", ""), ("Content-Encoding", "identity"), ("Content-Encoding", "UTF-8"),
            ("Content-Encoding", "utf8"), ("Content-Encoding", "none"), ("Content-Encoding", ""),
            ("Content-Encoding", "8bit"), ("Content-Encoding", "application/json"),
            ("Content-Encoding", "identity, identity"), ("Accept-Encoding", "gzip"), ("Accept", "image/png"),
            ("Content-Language", "x"), ("Content-MD5", "wrong"), ("Transfer-Encoding-Hint", "gzip"),
        ])
    func harmless(name: String, value: String) throws {
        let ingress = try TestIngress()
        let body = try signed(callback())
        #expect(try ingress.post(body, headers: [(name, value)])?.status == 200)
        #expect(try ingress.records().map(\.value) == [body])
    }

    @Test("404, 405 and 415 are counted with their reason, logged once a minute, and say what would be right")
    func reported() throws {
        let log = try LogFile()
        let clock = LogClock()
        let ingress = try TestIngress(log: log.log, clock: clock)
        for _ in 0..<3 { try Self.expectRejected(by: ingress) }
        #expect(ingress.outcome("unknown-path") == 3)
        #expect(ingress.outcome("wrong-method") == 3)
        let coded = "tidings_http_refused_total{server=\"callbacks\",rule=\"content-encoding\"}"
        #expect(ingress.metric(coded) == 3)
        let texts = ["answered 404", "answered 405", "\"rule\":\"content-encoding\""]
        for text in texts { #expect(log.lines(with: text).count == 1, "\(text)") }

        clock.advance(by: .seconds(60))
        try Self.expectRejected(by: ingress)
        for text in texts {
            let lines = log.lines(with: text)
            #expect(lines.count == 2 && lines[1].contains("\"more_since_last_line\":2"), "\(lines)")
        }
        #expect(log.lines(with: "webhook-with-a-secret").isEmpty)
    }

    /// Sends one request of each kind, and expects an answer that says what would be right.
    private static func expectRejected(by ingress: TestIngress) throws {
        let body = try signed(callback())
        let unknown = try #require(try ingress.post(body, to: "/webhook-with-a-secret"))
        #expect(unknown.status == 404)
        #expect(unknown.text.contains("/callbacks"))
        let coded = try #require(try ingress.post(body, headers: [("Content-Encoding", "gzip")]))
        #expect(coded.status == 415)
        #expect(coded.text.contains("without Content-Encoding"))
        let client = try ingress.connect()
        client.get("/callbacks")
        let method = try #require(client.answer())
        #expect(method.status == 405)
        #expect(method.text.contains("POST"))
    }

    @Test("the time of the last accepted callback is there for each project, at first that of the start")
    func lastAccepted() throws {
        let keys = try KeyRing([
            .init(id: 1234, keys: [SigningKey(id: "main", secret: TestIngress.secret)]),
            .init(id: 99, keys: [SigningKey(id: "main", secret: Array("secret of 99".utf8))]),
        ])
        let ingress = try TestIngress(keys: keys)
        let series = { (project: Int) in
            ingress.metric("tidings_ingress_last_accepted_timestamp_seconds{project=\"\(project)\"}")
        }
        let start = try #require(series(1234))
        #expect(start > 1_600_000_000 && series(99) == start)
        // Seconds are whole: one that was accepted in a later second shows.
        eventually(within: .seconds(60)) {
            #expect((try? ingress.post(try signed(callback())))?.status == 200)
            return (series(1234) ?? 0) > start
        }
        #expect(series(99) == start)
    }
}
