// SPDX-License-Identifier: Apache-2.0
import Gate
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing
import WebClient

/// A server that stalls slows down a closed loop, which then sends less and reports short latencies: the
/// stall is hidden (coordinated omission). An open loop sends what was planned, and counts each answer from
/// the time at which its callback was due.
@Suite("Simulator: open loop")
struct OpenLoopTests {
    private static let duration = Duration.seconds(1)
    private static let stall = Duration.seconds(2)

    @Test(
        "a stall of the server is in the latency of every callback that was due in it, and none is left out")
    func stall() throws {
        // No answer is given before the last callback is overdue by a second.
        let receiver = try ScriptedServer { _, number in
            if number == 0 { usleepUntil(.now + Self.stall) }
            return .answerAndKeep(ScriptedServer.answer(""))
        }
        let steps = #"{"steps":[{"callback":{"status":"success"}}]}"#
        let history = try Scenario(name: "test", JSONValue(parsing: Array(steps.utf8)))
        let load = CallbackLoad(
            .init(
                address: try WebAddress(receiver.url), projectID: 1234, secret: Simulator.secret,
                histories: LoadHistories(history), rate: 100, duration: Self.duration, connections: 1,
                seed: 7, timeout: .seconds(120)))
        let dues = Mutex<[ContinuousClock.Instant]>([])
        let result = load.start { sent in dues.withLock { $0.append(sent.due) } }.wait()
        #expect(result.sent == 100 && result.answers.count == 100 && result.unsent == 0)
        // The times at which they are due were fixed before the stall: every 10 ms.
        let gaps = dues.withLock { dues in zip(dues.dropFirst(), dues).map { $0 - $1 } }
        #expect(gaps == Array(repeating: .milliseconds(10), count: 99))
        let least = try #require(result.answers.percentile(0.1))
        #expect(least >= Self.stall - Self.duration)
        #expect(result.isAsExpected)
    }

    @Test("the report has the percentiles of the answers, and those of the events where they were read")
    func report() throws {
        let receiver = try ScriptedServer { _, _ in .answerAndKeep(ScriptedServer.answer("")) }
        let steps = #"{"steps":[{"callback":{"status":"success"}}]}"#
        let history = try Scenario(name: "test", JSONValue(parsing: Array(steps.utf8)))
        var result = CallbackLoad(
            .init(
                address: try WebAddress(receiver.url), projectID: 1234, secret: Simulator.secret,
                histories: LoadHistories(history), rate: 50, duration: Self.duration, connections: 2,
                seed: 7, timeout: .seconds(120))
        ).start().wait()
        let names = ["count", "p50", "p90", "p99", "p99.9", "max"]
        for name in names { #expect(result.json["answer_us"]?[name]?.integer != nil, "\(name)") }
        #expect(result.json["event_us"] == nil && result.text.contains("answer      p50 "))
        var events = LatencyHistogram()
        for value in 1...1000 { events.add(.microseconds(value)) }
        result.events = events
        for name in names { #expect(result.json["event_us"]?[name]?.integer != nil, "\(name)") }
        #expect(result.json["event_us"]?["count"]?.integer == 1000)
        #expect(result.json["event_us"]?["max"]?.integer == 1000)
        #expect(result.text.contains("event       p50 "))
    }
}

/// Sleeps until a time, which is what a stalled server does.
private func usleepUntil(_ time: ContinuousClock.Instant) {
    while ContinuousClock.now < time { usleep(10_000) }
}
