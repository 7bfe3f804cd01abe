// SPDX-License-Identifier: Apache-2.0
import Reconcile
import Testing

/// The rate of status requests, and answers that limit them.
@Suite("Request pacing")
struct RequestPacingTests {
    private let start = ContinuousClock.Instant.now

    @Test("after a request the next one waits for the gap of the rate")
    func rate() {
        var pacing = RequestPacing(gap: .milliseconds(250))
        #expect(pacing.wait(at: start) == nil)
        pacing.sent(at: start)
        #expect(pacing.wait(at: start) == .milliseconds(250))
        #expect(pacing.wait(at: start + .milliseconds(250)) == nil)
    }

    @Test("the pause is what the platform asks for, at most an hour; otherwise it doubles up to five minutes")
    func limited() {
        var pacing = RequestPacing(gap: .seconds(1))
        let given = pacing.limited(retryAfter: .seconds(7), at: start)
        #expect(given == .seconds(7) && pacing.wait(at: start + .seconds(6)) == .seconds(1))
        let none = pacing.limited(retryAfter: .zero, at: start)
        let long = pacing.limited(retryAfter: .seconds(86_400), at: start)
        #expect(none == .seconds(1) && long == .seconds(3600))
        pacing.answered()
        let pauses = (0..<7).map { _ in pacing.limited(retryAfter: nil, at: start) }
        #expect(pauses == [10, 20, 40, 80, 160, 300, 300].map { .seconds($0) })
    }

    @Test("a run that ends gives up after six limiting answers in a row")
    func refused() {
        var pacing = RequestPacing(gap: .seconds(1))
        for _ in 0..<5 { _ = pacing.limited(retryAfter: nil, at: start) }
        #expect(!pacing.isRefused)
        pacing.answered()
        for _ in 0..<6 { _ = pacing.limited(retryAfter: nil, at: start) }
        #expect(pacing.isRefused)
    }

    @Test(
        "a rate is a count and a unit",
        arguments: [
            ("1/s", "1/s"), ("30/m", "30/m"), ("600/h", "600/h"), ("1", nil), ("0/s", nil), ("-1/s", nil),
            ("01/s", nil), ("1/d", nil), ("1/s/s", nil), ("", nil), ("1000001/s", nil),
        ] as [(String, String?)])
    func rates(text: String, rate: String?) {
        #expect(RequestRate(text)?.description == rate)
    }
}
