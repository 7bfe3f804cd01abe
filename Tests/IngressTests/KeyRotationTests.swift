// SPDX-License-Identifier: Apache-2.0
import Ingress
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct KeyRotationTests {
    private static let old = Array("the old secret".utf8)
    private static let new = Array("the new secret".utf8)

    @Test("a rotation under load refuses nothing")
    func underLoad() throws {
        let ingress = try TestIngress(keys: try TestIngress.ring([SigningKey(id: "old", secret: Self.old)]))
        let port = ingress.service.port
        let rotation = RotationState()
        let senders = (0..<4).map { sender in
            BackgroundThread { () -> [Int] in
                guard let client = try? RawHTTP(port: port) else { return [0] }
                var wrong: [Int] = []
                for number in 0..<10_000 where !rotation.isOver {
                    let body = callback(payment: "p\(sender)-\(number)", operation: number)
                    guard let body = try? signed(body, secret: rotation.secret) else { return [-1] }
                    client.post("/callbacks", body)
                    guard let status = client.answer()?.status else { return wrong + [-2] }
                    rotation.count()
                    if status != 200 { wrong.append(status) }
                }
                return wrong
            }
        }
        let reached = { (count: Int) in _ = eventually { rotation.sent >= count } }
        reached(50)
        // As an operator does it: the new key joins, the platform changes over, the old one leaves.
        ingress.service.replaceKeys(
            try TestIngress.ring([
                SigningKey(id: "old", secret: Self.old), SigningKey(id: "new", secret: Self.new),
            ]))
        reached(rotation.sent + 50)
        rotation.use(Self.new)
        reached(rotation.sent + 50)
        ingress.service.replaceKeys(try TestIngress.ring([SigningKey(id: "new", secret: Self.new)]))
        reached(rotation.sent + 50)
        rotation.end()
        for sender in senders { #expect(sender.wait().isEmpty) }
        let records = try ingress.records()
        #expect(records.count == rotation.sent)
        #expect(Set(records.compactMap { $0.header("tidings-key-id") }) == ["old", "new"])
        #expect(ingress.metric("tidings_ingress_key_rings_replaced_total") == 2)
        #expect(try ingress.post(try signed(callback(), secret: Self.old))?.status == 403)
    }

    @Test("a key in shadow accepts nothing, and is counted")
    func shadow() throws {
        let ring = try TestIngress.ring([
            SigningKey(id: "main", secret: TestIngress.secret),
            SigningKey(id: "next", secret: Self.new, mode: .shadow),
        ])
        let ingress = try TestIngress(keys: ring)
        #expect(try ingress.post(try signed(callback(), secret: Self.new))?.status == 403)
        #expect(try ingress.post(try signed(callback()))?.status == 200)
        #expect(
            ingress.metric(
                "tidings_ingress_shadow_matches_total{project=\"1234\",key=\"next\",rule=\"natural\"}") == 1)
        #expect(try ingress.records().map { $0.header("tidings-key-id") } == ["main"])
    }

    @Test("a retiring key accepts until its end")
    func retiring() throws {
        let ring = try TestIngress.ring([
            SigningKey(id: "over", secret: Self.old, mode: .retiring(until: Timestamp(milliseconds: 1))),
            SigningKey(
                id: "still", secret: Self.new,
                mode: .retiring(until: Timestamp(milliseconds: 4_000_000_000_000))),
        ])
        let ingress = try TestIngress(keys: ring)
        #expect(try ingress.post(try signed(callback(), secret: Self.old))?.status == 403)
        #expect(try ingress.post(try signed(callback(), secret: Self.new))?.status == 200)
    }
}

/// What the senders of a rotation share.
private final class RotationState: Sendable {
    private let current = Mutex(Array("the old secret".utf8))
    private let total = Atomic<Int>(0)
    private let over = Atomic<Bool>(false)

    var secret: [UInt8] { current.withLock { $0 } }
    var sent: Int { total.load(ordering: .acquiring) }
    var isOver: Bool { over.load(ordering: .acquiring) }

    func use(_ secret: [UInt8]) { current.withLock { $0 = secret } }
    func count() { total.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    func end() { over.store(true, ordering: .releasing) }
}
