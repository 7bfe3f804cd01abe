// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestSupport
import Testing

@Suite struct LivenessTests {
    @Test("a handler that does not return makes the server not alive, and its return makes it alive again")
    func stalled() throws {
        let test = try TestServer()
        #expect(test.server.isAlive(within: .seconds(60)))
        let client = try RawHTTP(port: test.port)
        client.send("POST /block HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        #expect(eventually(within: .seconds(60)) { !test.server.isAlive(within: .milliseconds(20)) })
        // Far from the limit it is only slow.
        #expect(test.server.isAlive(within: .seconds(3600)))
        test.desk.unblock()
        #expect(client.answer(within: .seconds(60))?.status == 200)
        #expect(eventually(within: .seconds(60)) { test.server.isAlive(within: .milliseconds(20)) })
    }

    @Test("an idle server and one whose request is held are alive")
    func waiting() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(ServerTests.hold)
        let ticket = try #require(test.desk.tickets(1).first)
        #expect(eventually(within: .seconds(60)) { test.server.isAlive(within: .seconds(1)) })
        #expect(test.server.answer(ticket, with: test.ok))
        #expect(client.answer(within: .seconds(60))?.status == 200)
        #expect(test.server.isAlive(within: .seconds(60)))
    }

    @Test("before a stop each answer can close its connection while others are still accepted")
    func closeAfterAnswers() throws {
        let test = try TestServer()
        let kept = try RawHTTP(port: test.port)
        kept.send(ServerTests.now)
        #expect(kept.answer(within: .seconds(60))?.isLast == false)
        test.server.closeAfterAnswers()
        kept.send(ServerTests.now)
        #expect(kept.answer(within: .seconds(60))?.isLast == true)
        #expect(kept.closes(within: .seconds(60)))
        let other = try RawHTTP(port: test.port)
        other.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try #require(other.answer(within: .seconds(60)))
        #expect(answer.status == 404 && answer.isLast)
    }

    @Test("every request is in the histogram of durations, answered or refused")
    func durations() throws {
        let test = try TestServer()
        for request in [
            ServerTests.now, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "PO@T / HTTP/1.1\r\n\r\n",
        ] {
            let client = try RawHTTP(port: test.port)
            client.send(request)
            #expect(client.answer(within: .seconds(60)) != nil)
        }
        #expect(
            eventually(within: .seconds(60)) {
                test.metric("tidings_http_request_duration_seconds_count{server=\"http\"}") == 3
            })
    }
}
