// SPDX-License-Identifier: Apache-2.0
import HTTP
import Synchronization
import Telemetry
import TestSupport
import Testing

/// Raised once, seen by every thread.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}

@Suite struct DrainTests {
    @Test("a stop waits for what is held, and the answer closes the connection")
    func waits() throws {
        let test = try TestServer()
        let client = try RawHTTP(port: test.port)
        client.send(ServerTests.hold)
        let ticket = try #require(test.desk.tickets(1).first)
        let server = test.server
        let stopping = BackgroundThread { server.stop(within: .seconds(120)) }
        // Nothing is accepted any more; what is under way goes on.
        #expect(eventually { (try? RawHTTP(port: test.port)) == nil })
        #expect(test.server.answer(ticket, with: test.ok))
        let answer = try #require(client.answer())
        #expect(answer.status == 200)
        #expect(answer.isLast)
        #expect(client.closes())
        stopping.wait()
    }

    @Test("what is not answered within the drain is answered 503")
    func answersTheRest() throws {
        let test = try TestServer()
        let clients = try (0..<10).map { _ in try RawHTTP(port: test.port) }
        for client in clients { client.send(ServerTests.hold) }
        let tickets = test.desk.tickets(10)
        let server = test.server
        server.stop(within: .milliseconds(50))
        for client in clients {
            let answer = try #require(client.answer())
            #expect(answer.status == 503)
            #expect(answer["retry-after"] == "10")
            #expect(client.closes())
        }
        for ticket in tickets { #expect(!server.answer(ticket, with: test.ok)) }
    }

    @Test("a stop while the loop is at work ends in order, again and again")
    func whileWorking() throws {
        for _ in 0..<100 {
            let test = try TestServer()
            let port = test.port
            let clients = (0..<3).map { _ in
                BackgroundThread {
                    guard let client = try? RawHTTP(port: port) else { return }
                    while client.send(ServerTests.now), let answer = client.answer(), !answer.isLast {}
                }
            }
            eventually { test.desk.handled > 3 }
            test.server.stop(within: .seconds(1))
            for client in clients { client.wait() }
        }
    }

    @Test("a stop under load gives every request that was read one answer, and returns")
    func underLoad() throws {
        for _ in 0..<5 {
            let test = try TestServer()
            let port = test.port
            let ok = test.ok
            let server = test.server
            let desk = test.desk
            let isOver = Flag()
            let answering = BackgroundThread {
                var seen = 0
                while !isOver.isRaised {
                    let tickets = desk.tickets(seen + 1, within: .milliseconds(5))
                    for ticket in tickets[seen...] { server.answer(ticket, with: ok) }
                    seen = tickets.count
                }
            }
            let clients = (0..<8).map { _ in
                BackgroundThread {
                    guard let client = try? RawHTTP(port: port) else { return 0 }
                    var answered = 0
                    while client.send(ServerTests.hold), let answer = client.answer() {
                        answered += 1
                        if answer.isLast { break }
                    }
                    return answered
                }
            }
            eventually { desk.handled > 200 }
            server.stop(within: .seconds(120))
            isOver.raise()
            answering.wait()
            let answered = clients.reduce(0) { $0 + $1.wait() }
            // Every handled request was answered; at most the last one of a client was lost with its
            // connection.
            #expect(answered >= desk.handled - clients.count)
            #expect(answered <= desk.handled)
        }
    }

    @Test("a server that is let go ends automatically")
    func letGo() throws {
        var port: UInt16 = 0
        do {
            let management = try ManagementServer(
                .init(readiness: { Readiness() }, versions: []), log: .silent, metrics: MetricsRegistry())
            try management.start(on: BindAddress(host: "127.0.0.1", port: 0))
            port = management.port
            let client = try RawHTTP(port: port)
            client.get("/livez")
            #expect(client.answer()?.status == 200)
        }
        #expect(throws: RawHTTP.ConnectionFailed.self) { try RawHTTP(port: port) }
    }

    @Test("stopping twice is stopping once")
    func twice() throws {
        let test = try TestServer()
        test.server.stop(within: .zero)
        test.server.stop(within: .seconds(60))
    }
}
