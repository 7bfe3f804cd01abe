// SPDX-License-Identifier: Apache-2.0
internal import StateStore
internal import System
internal import Telemetry

/// How a worker's life goes, and what ends or interrupts it.
extension WorkerTelemetry {
    func closed() {
        log.info("worker closed")
    }

    /// - Parameter isConfirmed: whether the request to leave was sent in time.
    func left(_ isConfirmed: Bool) {
        if isConfirmed {
            log.info("left the group; its partitions move to the other workers now")
        } else {
            log.warning(
                "could not leave the group in time", next: "its partitions move after worker.session_timeout",
                advice: "wait for that, and look at the group coordinator")
        }
    }

    func fenced(_ why: String, pause: Duration) {
        log.warning(
            "fenced by another live worker with this slot, or by the group",
            next: "building the clients again",
            advice: "give each process a separate worker.slot",
            ["error": .text(why), "pause_milliseconds": .integer(pause.microsecondsRoundedDown / 1000)])
    }

    /// The process ends with it.
    func ended(_ end: WorkerEnd) {
        log.error(
            "worker ended", next: "the process ends",
            advice: "correct what `reason` names; a supervisor may start the process again",
            ["reason": .text(end.reason)])
    }

    /// Its clients and its state are built again.
    func interrupted(_ end: WorkerEnd) {
        log.error(
            "worker interrupted", next: "beginning again from the log after a pause",
            advice: "correct what `reason` names if it lasts", ["reason": .text(end.reason)])
    }

    func logFailure(of partition: Int32, _ error: StateError) {
        let fields: KeyValuePairs<StaticString, LogValue> = [
            "partition": .integer(partition), "error": .text(error.description),
        ]
        switch error {
        case .damaged:
            log.error(
                "state failed", next: "restoring from the changelog; what was committed stays committed",
                advice: "look at the disk; if it repeats, stop the worker and delete its state directory",
                fields)
        case .full, .unusable:
            log.error(
                "state failed", next: "leaving the group until the state directory can be used",
                advice: "free space there, or repair the directory", fields)
        case .inUse, .refused:
            log.error(
                "state failed", next: "beginning again after a pause",
                advice: "give each worker a separate state directory; look at the disk", fields)
        }
    }
}
