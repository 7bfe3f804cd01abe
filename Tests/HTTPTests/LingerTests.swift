// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestSupport
import Testing

/// A client that is still sending when it is refused gets the status and not a reset. Each client sends all
/// that it has before it reads; a reset would cut its sending short or take the answer from it.
@Suite struct LingerTests {
    struct Refusal: CustomTestStringConvertible {
        let testDescription: String
        let head: String
        let status: Int
        /// Sent again and again after the head.
        let piece: String
    }

    private static let piece = String(repeating: "b", count: 64 * 1024)

    static let refusals = [
        Refusal(
            testDescription: "a length over the limit",
            head: "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n", status: 413,
            piece: piece),
        Refusal(
            testDescription: "chunks over the limit",
            head: "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", status: 413,
            piece: "10000\r\n\(piece)\r\n"),
        Refusal(
            testDescription: "a chunk's first line without an end",
            head: "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", status: 413,
            piece: piece),
        Refusal(
            testDescription: "a content coding",
            head:
                "POST /now HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
            status: 415, piece: "10000\r\n\(piece)\r\n"),
        Refusal(
            testDescription: "a path that does not exist",
            head: "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", status: 404,
            piece: "10000\r\n\(piece)\r\n"),
        Refusal(
            testDescription: "a URI without an end", head: "POST /", status: 414, piece: piece),
        Refusal(
            testDescription: "a header field without an end",
            head: "POST /now HTTP/1.1\r\nHost: a\r\nX: ", status: 431, piece: piece),
        Refusal(
            testDescription: "a malformed request line", head: "POST\r\nHost: a\r\n\r\n", status: 400,
            piece: piece),
    ]

    @Test("a client that is still sending gets the status", arguments: refusals)
    func stillSending(refusal: Refusal) throws {
        var settings = ServerSettings()
        // The client has as long as a busy machine needs.
        settings.deadlines.body = .seconds(60)
        let test = try TestServer(settings)
        for _ in 0..<5 {
            let client = try RawHTTP(port: test.port)
            client.send(refusal.head)
            var isSent = true
            for _ in 0..<128 where isSent { isSent = client.send(refusal.piece, within: .seconds(60)) }
            #expect(isSent, "the connection was reset")
            client.finishSending()
            #expect(client.statuses(within: .seconds(60)) == [refusal.status])
            #expect(client.isClosed)
        }
        #expect(test.desk.handled == 0)
        #expect(
            eventually(within: .seconds(60)) { test.metric("tidings_http_connections{server=\"http\"}") == 0 }
        )
    }

    @Test("a client that never stops sending is cut off at the deadline")
    func endless() throws {
        var settings = ServerSettings()
        settings.deadlines.body = .milliseconds(300)
        let test = try TestServer(settings)
        let client = try RawHTTP(port: test.port)
        client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        let limit = ContinuousClock.now + .seconds(60)
        var isCut = false
        while !isCut, ContinuousClock.now < limit {
            isCut = !client.send(Self.piece, within: .seconds(60))
        }
        #expect(isCut)
    }

    @Test("more clients that are still sending than linger cost the oldest, never the server")
    func many() throws {
        let test = try TestServer()
        var clients: [RawHTTP] = []
        for _ in 0..<300 {
            let client = try RawHTTP(port: test.port)
            client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nb")
            #expect(client.answer(within: .seconds(60))?.status == 413)
            clients.append(client)
        }
        let other = try RawHTTP(port: test.port)
        other.send(ServerTests.now)
        #expect(other.answer(within: .seconds(60))?.status == 200)
        #expect(test.metric("tidings_http_connections{server=\"http\"}") == 1)
        withExtendedLifetime(clients) {}
    }
}
