// SPDX-License-Identifier: Apache-2.0
import Platform
import Testing

/// The attempts to deliver a callback, as the provider documents them.
@Suite("Delivery schedule")
struct DeliveryScheduleTests {
    private let gaps = (1..<DeliverySchedule.attempts).map { DeliverySchedule.gap(after: $0) }

    @Test("there are 120 attempts within eleven days, and none after them")
    func total() throws {
        #expect(DeliverySchedule.attempts == 120)
        #expect(DeliverySchedule.gap(after: 120) == nil)
        let sum = gaps.reduce(Duration.zero) { $0 + ($1 ?? .zero) }
        #expect(gaps.allSatisfy { $0 != nil } && sum > .seconds(9 * 86_400) && sum <= .seconds(11 * 86_400))
    }

    @Test("six gaps of 10 s, then 62 that grow to four hours, then four hours each")
    func gapsGrow() {
        let gaps = gaps.compactMap(\.self)
        #expect(gaps[..<6].allSatisfy { $0 == .seconds(10) })
        let growing = gaps[6..<68]
        #expect(
            zip(growing, growing.dropFirst()).allSatisfy { $0 <= $1 }
                && (growing.first ?? .zero) > .seconds(10))
        #expect(gaps[..<67].allSatisfy { $0 < .seconds(4 * 3600) })
        #expect(gaps[67...].allSatisfy { $0 == .seconds(4 * 3600) })
    }
}
