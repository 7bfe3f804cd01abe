// SPDX-License-Identifier: Apache-2.0
import Ingress
import Kafka
import Testing

@Suite struct ProduceHealthTests {
    private static let refused = KafkaError.Code.topicAuthorizationFailed
    private static let one = KafkaError.Code.invalidMessageSize

    @Test("several failures over five seconds without a success are not ready; a success ends it")
    func failing() {
        var health = ProduceHealth()
        health.recordFailure(Self.refused, at: 0)
        health.recordFailure(Self.refused, at: 1000)
        health.recordFailure(Self.refused, at: 4999)
        #expect(!health.isFailing)
        health.recordFailure(Self.refused, at: 5000)
        #expect(health.isFailing)
        #expect(health.lastError == Self.refused)
        health.recordSuccess()
        #expect(!health.isFailing)
        #expect(health.lastError == nil)
        // It starts from the beginning.
        for now in stride(from: Int64(6000), through: 10_999, by: 500) {
            health.recordFailure(Self.refused, at: now)
        }
        #expect(!health.isFailing)
    }

    @Test("two failures are not several, however far apart")
    func two() {
        var health = ProduceHealth()
        health.recordFailure(Self.refused, at: 0)
        health.recordFailure(Self.refused, at: 1_000_000)
        #expect(!health.isFailing)
    }

    @Test("one success in between is enough to stay ready")
    func mixed() {
        var health = ProduceHealth()
        for second in Int64(0)..<60 {
            health.recordFailure(Self.refused, at: second * 1000)
            if second % 4 == 0 { health.recordSuccess() }
            #expect(!health.isFailing)
        }
    }

    @Test("errors of one record never count")
    func records() {
        var health = ProduceHealth()
        for second in Int64(0)..<60 { health.recordFailure(Self.one, at: second * 1000) }
        #expect(!health.isFailing)
        #expect(health.phase == .writing)
    }

    @Test("without traffic it is ready again when nothing failed for five seconds and a broker answers")
    func quiet() {
        var health = ProduceHealth()
        for second in Int64(0)...5 { health.recordFailure(Self.refused, at: second * 1000) }
        #expect(health.isFailing)
        health.recordLookUp(at: 9999)
        #expect(health.isFailing)
        health.recordLookUp(at: 10_000)
        #expect(!health.isFailing)
        // Not proven: the next failure is enough.
        health.recordFailure(Self.refused, at: 20_000)
        #expect(health.isFailing)
        health.recordLookUp(at: 25_000)
        health.recordSuccess()
        health.recordFailure(Self.refused, at: 26_000)
        #expect(!health.isFailing)
    }

    @Test("a broker that answers changes nothing while records are written or just begin to fail")
    func lookUps() {
        var health = ProduceHealth()
        health.recordLookUp(at: 0)
        #expect(health.phase == .writing)
        health.recordFailure(Self.refused, at: 0)
        health.recordLookUp(at: 100_000)
        #expect(health.phase == .doubtful(since: 0, failures: 1))
    }
}
