// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport

/// One slot of the workers' group as a supervisor keeps it: a worker that ended is started again.
final class WorkerSlot {
    private let installation: Installation
    let number: Int
    /// The hosts of its workers, each with a separate state, by turns.
    private var host = 0
    private var worker: ChildProcess
    private var isOurKill = false
    private var frozen: (worker: ChildProcess, until: ContinuousClock.Instant)?
    /// Frozen once, and replaced meanwhile: it is not started again.
    private var replaced: ChildProcess?
    private(set) var tally = Tally()

    /// What became of its workers.
    struct Tally: Codable {
        /// Ended with 1, saying that another has the slot: as designed.
        var fenced = 0
        /// Anything else, which must not happen: each with its last words.
        var broken: [String] = []
        /// Milliseconds from the start of a process to the whole state of its partitions.
        var restarts: [Int64] = []

        mutating func add(_ other: Tally) {
            fenced += other.fenced
            broken += other.broken
            restarts += other.restarts
        }
    }

    init(_ installation: Installation, number: Int) throws {
        self.installation = installation
        self.number = number
        worker = try installation.worker(slot: number, host: "0")
    }

    var isFrozen: Bool { frozen != nil }

    func kill() throws {
        isOurKill = true
        worker.kill()
        try tend()
    }

    /// - Parameter isReplaced: whether another takes its slot meanwhile.
    func freeze(for duration: Duration, isReplaced: Bool) throws {
        worker.send(SIGSTOP)
        frozen = (worker, .now + duration)
        guard isReplaced else { return }
        replaced?.kill()
        replaced = worker
        host = 1 - host
        try start()
    }

    /// Looks after what ended, and lets go on what was frozen long enough.
    func tend() throws {
        if let frozen, frozen.until <= .now {
            frozen.worker.send(SIGCONT)
            self.frozen = nil
        }
        if let old = replaced, let ending = old.waitForEnd(within: .zero) {
            note(ending, of: old)
            replaced = nil
        }
        guard let ending = worker.waitForEnd(within: .zero) else { return }
        noteRestart()
        if !isOurKill { note(ending, of: worker) }
        isOurKill = false
        try start()
    }

    /// The end of its log, for a run that fails.
    var lastWords: String { "slot \(number): \(worker.errors.suffix(2000))\n" }

    /// Ends what runs, in order; what was replaced must be gone by then, or go too.
    func stop() {
        if let frozen { frozen.worker.send(SIGCONT) }
        noteRestart()
        for process in [worker, replaced].compactMap({ $0 }) { process.send(SIGTERM) }
        for process in [worker, replaced].compactMap({ $0 }) {
            let ending = process.waitForEnd(within: .seconds(120))
            if ending != .exit(0) { note(ending, of: process) }
        }
    }

    private func start() throws {
        worker = try installation.worker(slot: number, host: "\(host)")
    }

    private func note(_ ending: ChildProcess.Ending?, of process: ChildProcess) {
        switch ending {
        case .exit(1) where process.errors.contains("another live worker has this slot"): tally.fenced += 1
        default:
            tally.broken.append(
                "slot \(number) ended with \(ending.map { "\($0)" } ?? "nothing")\n\(process.errors.suffix(3000))"
            )
        }
    }

    /// By the times in the worker's own log; a worker killed before its state was whole has no restart time.
    private func noteRestart() {
        let lines = worker.errors.split(separator: "\n")
        func time(of message: String) -> Int64? {
            let line = lines.first { $0.contains(message) }
            guard let text = line?.firstMatch(of: /"time":"([^"]+)"/)?.output.1 else { return nil }
            return Timestamp(Array(text.utf8).span.bytes)?.milliseconds
        }
        guard let start = time(of: "\"starting\""), let whole = time(of: "\"restore ended\"") else { return }
        tally.restarts.append(whole - start)
    }
}
