// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestSupport
import Testing

/// Deadlines are absolute: a byte now and then buys no more time. The settings shorten them; what is
/// asserted is that the connection ends and that others are served meanwhile, never how fast.
@Suite struct DeadlineTests {
    private static func shortened() -> ServerSettings {
        var settings = ServerSettings()
        settings.deadlines.headers = .milliseconds(300)
        settings.deadlines.body = .milliseconds(300)
        settings.deadlines.idle = .milliseconds(300)
        settings.deadlines.write = .milliseconds(300)
        return settings
    }

    @Test(
        "who takes too long is closed, however steadily the bytes drip, and others are served meanwhile",
        arguments: [
            ("", "request"),
            ("POST /no", "request"),
            ("POST /now HTTP/1.1\r\nHost: a\r\nX-Half", "headers"),
            ("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\nhalf", "body"),
            ("POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", "body"),
        ])
    func tooSlow(start: String, phase: String) throws {
        let test = try TestServer(Self.shortened())
        let slow = try RawHTTP(port: test.port)
        slow.send(start)
        var drips = 0
        let limit = ContinuousClock.now + .seconds(120)
        while !slow.isClosed, ContinuousClock.now < limit {
            // Inside a chunked body a drip is a chunk; elsewhere it is one more byte.
            if !start.isEmpty { slow.send(phase == "body" && start.hasSuffix("\r\n") ? "1\r\na\r\n" : "x") }
            drips += 1
            _ = slow.closes(within: .milliseconds(20))
        }
        #expect(slow.isClosed)
        #expect(slow.unread.isEmpty || slow.statuses() == [408])
        #expect(test.desk.handled == 0)
        #expect(eventually { test.metric("tidings_http_connections{server=\"http\"}") == 0 })
        #expect((test.metric("tidings_http_deadlines_total{server=\"http\",phase=\"\(phase)\"}") ?? 0) >= 1)

        let other = try RawHTTP(port: test.port)
        other.send(ServerTests.now)
        #expect(other.answer()?.status == 200)
    }

    @Test("a kept connection without a request is closed")
    func idle() throws {
        let test = try TestServer(Self.shortened())
        let client = try RawHTTP(port: test.port)
        client.send(ServerTests.now)
        #expect(client.answer()?.status == 200)
        #expect(client.closes())
        #expect((test.metric("tidings_http_deadlines_total{server=\"http\",phase=\"request\"}") ?? 0) >= 1)
    }

    @Test("a client that takes no answers is closed")
    func slowRead() throws {
        let test = try TestServer(Self.shortened())
        let client = try RawHTTP(port: test.port, receiveBufferBytes: 4096)
        // More answers than both sockets' buffers hold.
        let many = String(repeating: ServerTests.now, count: 200)
        for _ in 0..<2000 where client.send(many, within: .milliseconds(200)) {}
        #expect(eventually { test.metric("tidings_http_connections{server=\"http\"}") == 0 })
        #expect((test.metric("tidings_http_deadlines_total{server=\"http\",phase=\"write\"}") ?? 0) >= 1)
    }

    @Test("a body shorter than declared produces nothing, even when its client says that it is done")
    func shortBody() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort")
        client.finishSending()
        #expect(client.statuses().allSatisfy { $0 == 400 || $0 == 408 })
        #expect(client.isClosed)
        #expect(test.desk.handled == 0)
    }
}
