// SPDX-License-Identifier: Apache-2.0
import Testing
import Worker

@Suite("FencingPolicy")
struct FencingPolicyTests {
    private static let window = Duration.seconds(45)

    /// The answers to fencings, each `since` the clients were built again; ten seconds pass in between.
    private func answers(since: [Duration]) -> [FencingPolicy.Answer] {
        var policy = FencingPolicy(window: Self.window)
        var now = Duration.seconds(100)
        return since.map { duration in
            policy.started(at: now)
            now += duration
            defer { now += .seconds(10) }
            return policy.fenced(at: now)
        }
    }

    @Test("the first fencing builds the clients again, however soon it comes (#3437)")
    func first() {
        #expect(answers(since: [.zero]) == [.rebuild])
    }

    @Test("a second fencing within the window after that means a rival")
    func rival() {
        #expect(answers(since: [.seconds(1000), .seconds(45)]) == [.rebuild, .rival])
    }

    @Test("fencings further apart never mean a rival")
    func apart() {
        let since = [Duration](repeating: .seconds(46), count: 5)
        #expect(answers(since: since) == [.rebuild, .rebuild, .rebuild, .rebuild, .rebuild])
    }

    @Test("clients that were built again for another reason do not open the window again")
    func otherRebuilds() {
        var policy = FencingPolicy(window: Self.window)
        let first = policy.fenced(at: .seconds(1))
        policy.started(at: .seconds(10))
        policy.started(at: .seconds(50))
        let second = policy.fenced(at: .seconds(60))
        #expect([first, second] == [.rebuild, .rebuild])
    }

    @Test("events are counted by time: those outside the window are forgotten")
    func recentCount() {
        var count = RecentCount(limit: 3, window: .seconds(600))
        let weeks = Duration.seconds(14 * 86_400)
        let times = [.zero, weeks, weeks * 2, weeks * 2 + .seconds(300), weeks * 2 + .seconds(600)]
        let isReached = times.map { count.isLimitReached(at: $0) }
        #expect(isReached == [false, false, false, false, true])
    }
}
