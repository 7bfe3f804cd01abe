// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Payments
import Synchronization
import TestSupport
import Testing

@Suite struct IngressDrainTests {
    @Test("a stop under load answers what it read, and every 200 has its record")
    func underLoad() throws {
        let ingress = try TestIngress()
        eventually { ingress.service.readiness.isReady }
        let port = ingress.service.port
        let sent = Sent()
        let senders = (0..<6).map { sender in
            BackgroundThread { () -> [String] in
                guard let client = try? RawHTTP(port: port) else { return [] }
                var accepted: [String] = []
                for number in 0..<100_000 {
                    let payment = "p\(sender)-\(number)"
                    guard let body = try? signed(callback(payment: payment)) else { break }
                    client.post("/callbacks", body)
                    guard let answer = client.answer() else { break }
                    if answer.status == 200 { accepted.append(payment) }
                    sent.count()
                    if answer.isLast { break }
                }
                return accepted
            }
        }
        eventually { sent.total > 300 }
        ingress.stop()
        #expect(ingress.service.readiness.obstacles.first?.name == "draining")
        let accepted = senders.flatMap { $0.wait() }
        #expect(accepted.count > 200)
        let written = Set(try ingress.records().compactMap(\.keyText))
        for payment in accepted { #expect(written.contains("1234:\(payment)")) }
    }

    private final class Sent: Sendable {
        private let value = Atomic<Int>(0)
        var total: Int { value.load(ordering: .relaxed) }
        func count() { value.wrappingAdd(1, ordering: .relaxed) }
    }
}
