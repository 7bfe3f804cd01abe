import Payments
import Testing

@Suite("Memory settings")
struct MemorySettingsTests {
    @Test("the defaults hold")
    func defaults() throws {
        #expect(try MemorySettings() == MemorySettings.standard)
    }

    @Test("detail that is forgotten before a copy counts as stale is refused")
    func shortDetail() throws {
        let least = Duration.days(31) + .seconds(4)
        #expect(throws: MemorySettings.Invalid.detailShorterThanStaleAge(least: least)) {
            try MemorySettings(detailKept: .days(31))
        }
        #expect(try MemorySettings(detailKept: least).detailKept == least)
    }

    @Test("a head that is forgotten before its detail is refused")
    func shortHead() {
        #expect(throws: MemorySettings.Invalid.headShorterThanDetail) {
            try MemorySettings(headKept: .days(34))
        }
    }

    @Test("times and counts that are none are refused, by name")
    func outOfRange() {
        #expect(throws: MemorySettings.Invalid.notPositive(setting: "future tolerance")) {
            try MemorySettings(futureTolerance: .zero)
        }
        #expect(throws: MemorySettings.Invalid.self) { try MemorySettings(sameMoment: .seconds(3601)) }
        #expect(throws: MemorySettings.Invalid.self) { try MemorySettings(headKept: .days(40_000)) }
        #expect(throws: MemorySettings.Invalid.self) { try MemorySettings(operationsPerPayment: 0) }
        #expect(throws: MemorySettings.Invalid.self) { try MemorySettings(fingerprintsPerOperation: 65) }
        #expect(throws: MemorySettings.Invalid.self) { try MemorySettings(undatedPerPayment: 2000) }
    }
}
