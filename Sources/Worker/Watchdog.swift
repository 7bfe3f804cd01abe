// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import System
internal import Telemetry

/// Ends a process in which a worker's thread does not come back.
///
/// Some calls of librdkafka 2.0.2 can block without limit (#4420, #5456), and nothing else ends such a
/// thread: any poll keeps the member in the group, so its partitions are not processed. A worker may be
/// killed at any point, so ending the process is safe, and a supervisor starts it again.
package struct Watchdog: Sendable {
    /// After this a worker hangs: `max.poll.interval.ms`, when the group gives its partitions to others.
    private let limit: Duration
    private let end: @Sendable (_ worker: Int, _ hang: WorkerHealth.Hang) -> Void

    package init(
        limit: Duration, end: @escaping @Sendable (_ worker: Int, _ hang: WorkerHealth.Hang) -> Void
    ) {
        self.limit = limit
        self.end = end
    }

    /// Looks at all workers until the process stops; calls `end` once.
    package func run(over healths: [WorkerHealth], until isStopping: () -> Bool) {
        while !isStopping() {
            for (number, health) in healths.enumerated() {
                guard let hang = health.hang(longerThan: limit) else { continue }
                return end(number, hang)
            }
            usleep(200_000)
        }
    }

    /// Logs one line, then ends the process. The thread that hangs may hold the log up, so the line has a
    /// second.
    static func endProcess(_ log: Log) -> @Sendable (_ worker: Int, _ hang: WorkerHealth.Hang) -> Void {
        { worker, hang in
            Failpoint.beforeWatchdogEnd.reach()
            let line = OSThread(name: "watchdog-log") {
                log.error(
                    "worker hangs", next: "ending the process",
                    advice:
                        "nothing is lost: let the supervisor start it again, and look at the brokers' logs",
                    [
                        "worker": .integer(worker), "phase": .text(hang.activity.rawValue),
                        "duration_seconds": .integer(Int(hang.duration.components.seconds)),
                    ])
            }
            _ = line.join(within: .seconds(1))
            _exit(1)
        }
    }
}
