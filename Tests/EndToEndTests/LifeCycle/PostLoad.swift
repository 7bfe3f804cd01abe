// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestSupport
import Testing

/// Posts callbacks without a pause until it is stopped, on connections that are kept and on new ones.
final class PostLoad: Sendable {
    struct Result: Sendable {
        /// How many answers had which status.
        var statuses: [Int: Int] = [:]
        /// Posts without an answer: the connection was refused or ended.
        var unanswered = 0

        var posted: Int { statuses.values.reduce(unanswered, +) }

        mutating func add(_ other: Result) {
            statuses.merge(other.statuses, uniquingKeysWith: +)
            unanswered += other.unanswered
        }
    }

    private final class State: Sendable {
        let isOver = Atomic<Bool>(false)
        let posted = Atomic<Int>(0)
    }

    private let state = State()
    private let threads: [BackgroundThread<Result>]

    /// - Parameter name: what the payments' ids begin with, so that each load has its own.
    init(to port: Int, name: String = "load", threads count: Int = 4) {
        let state = state
        threads = (0..<count).map { number in
            BackgroundThread {
                Self.run(
                    to: port, name: "\(name)-\(number)", operations: number * 1_000_000,
                    isKept: number.isMultiple(of: 2), state)
            }
        }
    }

    /// Posts so far.
    var answered: Int { state.posted.load(ordering: .relaxed) }

    /// Waits until this many more callbacks were answered.
    func waitFor(_ count: Int) {
        let goal = state.posted.load(ordering: .relaxed) + count
        eventually(within: .seconds(300), "the load does not go on") {
            state.posted.load(ordering: .relaxed) >= goal
        }
    }

    func stop() -> Result {
        state.isOver.store(true, ordering: .relaxed)
        return threads.reduce(into: Result()) { $0.add($1.wait()) }
    }

    private static func run(
        to port: Int, name: String, operations: Int, isKept: Bool, _ state: State
    ) -> Result {
        let platform = Platform()
        var result = Result()
        var connection: RawHTTP?
        var number = 0
        while !state.isOver.load(ordering: .relaxed) {
            number += 1
            // Every third payment is delivered twice.
            let payment = number.isMultiple(of: 3) ? number - 1 : number
            let date = Int64(Date().timeIntervalSince1970)
            let text = Traffic.body("\(name)-\(payment)", operations + payment, "success", date, "r1")
            guard let body = try? platform.sign(text) else { break }
            if connection == nil || !isKept { connection = try? RawHTTP(port: port) }
            connection?.post("/callbacks", Array(body.utf8))
            if let answer = connection?.answer(within: .seconds(180)) {
                result.statuses[answer.status, default: 0] += 1
                if answer.isLast { connection = nil }
            } else {
                result.unanswered += 1
                connection = nil
            }
            state.posted.add(1, ordering: .relaxed)
            usleep(40_000)
        }
        return result
    }
}
