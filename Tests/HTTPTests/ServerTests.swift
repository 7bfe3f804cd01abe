// SPDX-License-Identifier: Apache-2.0
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct ServerTests {
    static let hold = "POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
    static let now = "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"

    @Test("a held request is answered later, from another thread")
    func heldRequest() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(Self.hold)
        let tickets = test.desk.tickets(1)
        #expect(test.server.answer(try #require(tickets.first), with: test.ok))
        #expect(client.answer()?.status == 200)
        // The connection is kept, and its next request is another one.
        client.send(Self.now)
        #expect(client.answer()?.text == "2 bytes from 127.0.0.1\n")
    }

    @Test("of many who answer one request, one does")
    func race() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        for round in 1...50 {
            client.send(Self.hold)
            let ticket = try #require(test.desk.tickets(round).last)
            let server = test.server
            let ok = test.ok
            let winners = onThreads(4) { _ in server.answer(ticket, with: ok) }.count { $0 }
            #expect(winners == 1)
            #expect(client.answer()?.status == 200)
        }
    }

    @Test("a late answer finds no request, and the next request of the connection is safe from it")
    func lateAnswer() throws {
        var settings = ServerSettings()
        settings.deadlines.answer = .seconds(2)
        let test = try TestServer(settings)
        let client = try RawHTTP(port: test.port)
        client.send(Self.hold)
        let late = try #require(test.desk.tickets(1).first)
        let answer = try #require(client.answer())
        #expect(answer.status == 503)
        #expect(answer["retry-after"] == "10")
        #expect(!test.server.answer(late, with: test.ok))

        client.send(Self.hold)
        let next = try #require(test.desk.tickets(2).last)
        #expect(!test.server.answer(late, with: test.ok))
        #expect(test.server.answer(next, with: test.ok))
        #expect(client.answer()?.status == 200)
        #expect(!test.server.answer(next, with: test.ok))
    }

    @Test("a ticket that no request ever had finds no request")
    func foreignTicket() throws {
        let test = try TestServer()
        #expect(!test.server.answer(Ticket(rawValue: .max), with: test.ok))
        #expect(!test.server.answer(Ticket(rawValue: 0), with: test.ok))
    }

    @Test("pipelined requests are answered in their order, a held one holding up those behind it")
    func pipelining() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(
            Self.now + Self.hold + "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" + Self.now
        )
        #expect(client.answer()?.status == 200)
        let ticket = try #require(test.desk.tickets(1).first)
        #expect(client.unread.isEmpty)
        #expect(test.desk.handled == 2)
        test.server.answer(ticket, with: test.ok)
        #expect(client.statuses(upTo: 3) == [200, 404, 200])
    }

    @Test("many held requests are answered together")
    func manyAtOnce() throws {
        let test = try TestServer()
        let clients = try (0..<40).map { _ in try RawHTTP(port: test.port) }
        for client in clients { client.send(Self.hold) }
        let tickets = test.desk.tickets(40)
        for ticket in tickets { test.server.answer(ticket, with: test.ok) }
        for client in clients { #expect(client.answer()?.status == 200) }
    }

    @Test("several loops serve one port")
    func severalLoops() throws {
        var settings = ServerSettings()
        settings.threads = 3
        let test = try TestServer(settings)
        let clients = try (0..<30).map { _ in try RawHTTP(port: test.port) }
        for client in clients { client.send(Self.hold) }
        let tickets = test.desk.tickets(30)
        for ticket in tickets { test.server.answer(ticket, with: test.ok) }
        for client in clients { #expect(client.answer()?.status == 200) }
    }

    @Test("a client that leaves while its request is held leaks nothing")
    func clientGone() throws {
        let test = try TestServer()
        do {
            let client = try RawHTTP(port: test.port)
            client.send(Self.hold)
            _ = test.desk.tickets(1)
        }
        let ticket = try #require(test.desk.tickets(1).first)
        #expect(test.server.answer(ticket, with: test.ok))
        #expect(eventually { test.metric("tidings_http_connections{server=\"http\"}") == 0 })
    }

    @Test("a client that resets its connection while its request is held frees it before anybody answers")
    func clientReset() throws {
        let test = try TestServer()
        do {
            let client = try RawHTTP(port: test.port)
            client.send(Self.hold)
            _ = test.desk.tickets(1)
            client.resetAtEnd()
        }
        #expect(eventually { test.metric("tidings_http_connections{server=\"http\"}") == 0 })
        let ticket = try #require(test.desk.tickets(1).first)
        #expect(!test.server.answer(ticket, with: test.ok))
    }

    @Test("an address in use is refused with the system's reason")
    func addressInUse() throws {
        let test = try TestServer()
        #expect(
            throws: HTTPError.cannotListen(
                address: "127.0.0.1:\(test.port)", reason: "Address already in use")
        ) {
            try TestServer(port: test.port)
        }
    }

    @Test(
        "it serves IPv6, and IPv4 on the same port where every address is meant",
        arguments: ["[::1]", "[::]"])
    func ipv6(host: String) throws {
        let test = try TestServer(host: host)
        let six = try RawHTTP(port: test.port, isIPv6: true)
        six.send(Self.now)
        #expect(six.answer()?.text == "2 bytes from ::1\n")
        if host == "[::]" {
            let four = try RawHTTP(port: test.port)
            four.send(Self.now)
            #expect(four.answer()?.text == "2 bytes from 127.0.0.1\n")
        }
    }
}
