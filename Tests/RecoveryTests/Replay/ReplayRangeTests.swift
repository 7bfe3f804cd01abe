// SPDX-License-Identifier: Apache-2.0
import Payments
import Recovery
import Testing

@Suite("A replay's range")
struct ReplayRangeTests {
    @Test("a time is read as Kafka's tools write it, in UTC")
    func times() throws {
        let time = try #require(ReplayRange.time("2026-11-01T00:00:00.000"))
        #expect(ReplayRange.time("2026-11-01T00:00:00Z") == time)
        #expect(ReplayRange.time("2026-11-01T02:00:00+02:00") == time)
        #expect(ReplayRange.time("2026-10-31T18:30:00-05:30") == time)
        for text in ["", "yesterday", "2026-11-01", "-2h", "2026-11-01T02:00:00+2:00"] {
            #expect(ReplayRange.time(text) == nil)
        }
    }

    @Test("a duration is read in ISO 8601")
    func durations() {
        #expect(ReplayRange.duration("PT2H") == 7_200_000)
        #expect(ReplayRange.duration("P1DT2H30M5S") == 95_405_000)
        #expect(ReplayRange.duration("P2W") == 1_209_600_000)
        for text in ["", "P", "PT", "2h", "P1", "P1H", "PT1D", "P1DT", "P-1D", "P9999999999D"] {
            #expect(ReplayRange.duration(text) == nil, "\(text)")
        }
    }
}
