// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Timestamp")
struct TimestampTests {
    static func read(_ text: String) -> Timestamp? {
        Timestamp(Array(text.utf8).span.bytes)
    }

    static func written(_ time: Timestamp, _ precision: Timestamp.Precision) -> String {
        var bytes: [UInt8] = []
        time.append(to: &bytes, precision)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "reads the platform's spelling and the two other spellings of UTC",
        arguments: [
            ("2024-12-07T19:08:45+0000", 1_733_598_525_000), ("2024-12-07T19:08:45+00:00", 1_733_598_525_000),
            ("2024-12-07T19:08:45Z", 1_733_598_525_000), ("2024-12-07T19:08:45.120Z", 1_733_598_525_120),
            ("1970-01-01T00:00:00+0000", 0), ("2000-02-29T23:59:59Z", 951_868_799_000),
            ("9999-12-31T23:59:59+0000", 253_402_300_799_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Self.read(text)?.milliseconds == milliseconds)
    }

    @Test(
        "refuses what is not a date or not UTC",
        arguments: [
            "", "2024-12-07", "2024-12-07 19:08:45+0000", "2024-12-07T19:08:45", "2024-12-07T19:08:45+0300",
            "2024-12-07T19:08:45-0000", "2024-12-07T19:08:45z", "2024-13-07T19:08:45Z",
            "2024-00-07T19:08:45Z",
            "2024-12-32T19:08:45Z", "2024-12-00T19:08:45Z", "2023-02-29T19:08:45Z", "2100-02-29T19:08:45Z",
            "2024-04-31T19:08:45Z", "2024-12-07T24:00:00Z", "2024-12-07T19:60:45Z", "2024-12-07T19:08:60Z",
            "1969-12-31T23:59:59Z", "2024-12-07T19:08:45+00000", "2024-12-07T19:08:45.1Z",
            "2024-12-07T19:08:45.Z",
            "2024-12-07T19:08:45+0000 ", " 2024-12-07T19:08:45Z", "２024-12-07T19:08:45Z",
            "+024-12-07T19:08:45Z",
            "2024-12-07T19:08:45+0000;x:1",
        ])
    func refuses(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test("writes RFC 3339 in both precisions, also before 1970")
    func writes() {
        let time = Timestamp(milliseconds: 1_733_598_525_007)
        #expect(Self.written(time, .seconds) == "2024-12-07T19:08:45Z")
        #expect(Self.written(time, .milliseconds) == "2024-12-07T19:08:45.007Z")
        #expect(Self.written(Timestamp(milliseconds: -1), .milliseconds) == "1969-12-31T23:59:59.999Z")
        #expect(Self.written(Timestamp(milliseconds: .max), .milliseconds) == "9999-12-31T23:59:59.999Z")
        #expect(Self.written(Timestamp(milliseconds: .min), .seconds) == "0000-01-01T00:00:00Z")
    }

    @Test("reads back every day of four centuries as it wrote it")
    func roundTrip() {
        for day in stride(from: Int64(0), to: 146_097, by: 1) {
            let time = Timestamp(milliseconds: day * 86_400_000 + day % 86_400 * 1000 + day % 1000)
            #expect(Self.read(Self.written(time, .milliseconds)) == time)
        }
    }
}
