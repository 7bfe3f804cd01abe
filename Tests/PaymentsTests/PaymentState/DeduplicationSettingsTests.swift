// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Deduplication settings")
struct DeduplicationSettingsTests {
    @Test("the defaults are valid")
    func defaults() throws {
        #expect(try DeduplicationSettings() == DeduplicationSettings.standard)
    }

    @Test("a window that ends before a redelivery counts as stale is refused")
    func shortWindow() throws {
        let least = Duration.days(31) + .seconds(4)
        #expect(throws: DeduplicationSettings.Invalid.windowTooShort(least: least)) {
            try DeduplicationSettings(window: .days(31))
        }
        #expect(try DeduplicationSettings(window: least).window == least)
    }

    @Test("a summary retention shorter than the window is refused")
    func shortRetention() {
        #expect(throws: DeduplicationSettings.Invalid.summaryRetentionShorterThanWindow) {
            try DeduplicationSettings(summaryRetention: .days(34))
        }
    }

    @Test("durations and counts out of their bounds are refused, by name")
    func outOfRange() {
        typealias Settings = DeduplicationSettings
        #expect(
            throws: Settings.Invalid.durationOutOfRange(
                setting: "future_tolerance", limit: Settings.durations)
        ) {
            try Settings(futureTolerance: .zero)
        }
        #expect(
            throws: Settings.Invalid.countOutOfRange(setting: "operations_per_payment", limit: 1...1024)
        ) {
            try Settings(operationsPerPayment: 0)
        }
        #expect(throws: Settings.Invalid.self) { try Settings(dateTolerance: .seconds(3601)) }
        #expect(throws: Settings.Invalid.self) { try Settings(summaryRetention: .days(40_000)) }
        #expect(throws: Settings.Invalid.self) { try Settings(fingerprintsPerOperation: 65) }
        #expect(throws: Settings.Invalid.self) { try Settings(undatedPerPayment: 2000) }
    }

    @Test("all settings at their lowest and at their highest together are valid or refused, and never trap")
    func bounds() throws {
        typealias Settings = DeduplicationSettings
        let longest = Settings.durations.upperBound
        let highest = try? Settings(
            window: longest, summaryRetention: longest, maxAge: longest,
            dateTolerance: Settings.dateTolerances.upperBound, futureTolerance: longest,
            operationsPerPayment: 1024, fingerprintsPerOperation: 64, undatedPerPayment: 1024)
        #expect(highest == nil)
        let shortest = Settings.durations.lowerBound
        let lowest = try Settings(
            window: shortest * 4, summaryRetention: shortest * 4, maxAge: shortest, dateTolerance: shortest,
            futureTolerance: shortest, operationsPerPayment: 1, fingerprintsPerOperation: 1,
            undatedPerPayment: 1)
        #expect(lowest.window == .milliseconds(4))
    }
}
