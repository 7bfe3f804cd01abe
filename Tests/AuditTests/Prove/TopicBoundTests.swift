// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import Testing

@Suite("Bounds of a range")
struct LogBoundTests {
    private let now = Timestamp(seconds: 1_000_000)

    @Test("an offset, a time and how long ago are reported apart")
    func reported() {
        #expect(TopicBound("0", now: now) == .offset(0))
        #expect(TopicBound("9223372036854775807", now: now) == .offset(.max))
        #expect(TopicBound("-90s", now: now) == .time(Timestamp(seconds: 999_910)))
        #expect(TopicBound("-2h", now: now) == .time(Timestamp(seconds: 992_800)))
        #expect(TopicBound("-7d", now: now) == .time(Timestamp(seconds: 395_200)))
        #expect(TopicBound("1970-01-02T00:00:00Z", now: now) == .time(Timestamp(seconds: 86_400)))
        #expect(
            TopicBound("1970-01-02T00:00:00.250Z", now: now) == .time(Timestamp(milliseconds: 86_400_250)))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "-", "-h", "-1", "2h", "+5", "-5x", "-2.5h", "- 2h", "9223372036854775808", "--2h", "-2h ",
            "1970-01-02", "1970-01-02T00:00:00+02:00", "yesterday", "-999999999999d",
        ])
    func refused(text: String) {
        #expect(TopicBound(text, now: now) == nil)
    }
}
