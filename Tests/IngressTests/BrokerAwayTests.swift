// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTP
import Ingress
import Kafka
import Payments
import TestSupport
import Testing

@Suite struct BrokerAwayTests {
    @Test("while no broker answers, a callback has a 503 with Retry-After, and a 200 again afterwards")
    func away() throws {
        let ingress = try TestIngress { $0.server.deadlines.answer = .seconds(1) }
        eventually { ingress.service.readiness.isReady }
        #expect(try ingress.post(try signed(callback(operation: 1)))?.status == 200)

        ingress.cluster.takeDown()
        let answer = try #require(try ingress.post(try signed(callback(operation: 2))))
        #expect(answer.status == 503)
        #expect(answer["retry-after"] == "10")
        eventually { !ingress.service.readiness.isReady }
        #expect(ingress.service.readiness.obstacles.map(\.name) == ["broker"])
        #expect(ingress.metric("tidings_ingress_broker_reachable") == 0)

        ingress.cluster.bringUp()
        eventually { ingress.service.readiness.isReady }
        eventually { (try? ingress.post(try signed(callback(operation: 3))))?.status == 200 }
        let operations = try ingress.records().compactMap(\.valueText)
        #expect(operations.contains { $0.contains("\"id\":3,") })
    }

    @Test("an ingress that starts before its brokers waits for them")
    func startsFirst() throws {
        let ingress = try TestIngress(brokers: .down) {
            $0.server.deadlines.answer = .seconds(1)
        }
        #expect(!ingress.service.readiness.isReady)
        #expect(try ingress.post(try signed(callback()))?.status == 503)
        ingress.cluster.bringUp()
        eventually { ingress.service.readiness.isReady }
        eventually { (try? ingress.post(try signed(callback())))?.status == 200 }
    }

    @Test("an answer that the broker gives after the deadline finds no request; the client has its 503")
    func lateReport() throws {
        let ingress = try TestIngress { $0.server.deadlines.answer = .milliseconds(800) }
        eventually { ingress.service.readiness.isReady }
        #expect(try ingress.post(try signed(callback()))?.status == 200)
        ingress.cluster.delayAnswers(by: .seconds(2))
        let client = try ingress.connect()
        client.post("/callbacks", try signed(callback()))
        #expect(client.answer()?.status == 503)
        ingress.cluster.delayAnswers(by: .zero)
        // The same connection goes on, and no late answer is taken for that of the next request.
        eventually { ingress.outcome("unconfirmed") + ingress.outcome("unavailable") >= 1 }
        eventually {
            client.post("/callbacks", (try? signed(callback())) ?? [])
            return client.answer()?.status == 200
        }
    }

    @Test("more than may wait for the broker is answered 503 immediately")
    func queueFull() throws {
        let ingress = try TestIngress {
            $0.inFlightLimit = 5
            $0.server.deadlines.answer = .seconds(120)
        }
        eventually { ingress.service.readiness.isReady }
        // Longer than a busy machine takes to post twelve callbacks.
        ingress.cluster.delayAnswers(by: .seconds(15))
        let clients = try (0..<12).map { _ in try ingress.connect() }
        for (number, client) in clients.enumerated() {
            client.post("/callbacks", try signed(callback(operation: number)))
        }
        let statuses = clients.map { $0.answer()?.status ?? 0 }
        #expect(statuses.count { $0 == 503 } >= 7)
        #expect(statuses.allSatisfy { $0 == 503 || $0 == 200 })
        ingress.cluster.delayAnswers(by: .zero)
        #expect(try ingress.records().count >= statuses.count { $0 == 200 })
    }

    @Test("a producer that failed for good is replaced, and callbacks are accepted again")
    func failedForGood() throws {
        let ingress = try TestIngress(brokers: .refusing)
        var statuses: [Int] = []
        eventually {
            statuses.append((try? ingress.post(try signed(callback())))?.status ?? 0)
            return (ingress.metric("tidings_ingress_producers_replaced_total") ?? 0) >= 1
        }
        #expect(statuses.allSatisfy { $0 == 503 || $0 == 200 })
        eventually { (try? ingress.post(try signed(callback())))?.status == 200 }
    }
}
