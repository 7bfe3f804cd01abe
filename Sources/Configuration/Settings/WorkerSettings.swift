// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Payments
internal import Worker

/// The deciding side: its group, its batches and its state stores.
public enum WorkerSettings {
    private typealias Group = WorkerGroup.Settings

    /// Where `/livez`, `/readyz`, `/metrics` and `/version` of a worker are served; nil when they are not.
    /// Each slot of a host has a separate port.
    public static let managementAddress = CommonSettings.managementAddress { settings in
        guard let slot = UInt16(settings[slot]), slot < 100 else { return CommonSettings.workerPort }
        return CommonSettings.workerPort + slot
    }

    /// The consumer group, and the beginning of every id towards the broker.
    public static let group = Setting(
        "worker.group", .kafkaName, \Group.client.group, "the consumer group")
    /// Which slot of the group this process has: two live processes never share one.
    public static let slot = Setting(
        "worker.slot", .kafkaName, \Group.client.place,
        default: "the number at the end of the host's name, else 0", is: { HostOrdinal.current },
        "this process's slot in the group")
    public static let threads = Setting(
        "worker.threads", .integer(1...64), \Group.threads, "workers in this process")
    public static let stateDirectory = Setting<String?>(
        "worker.state_dir", ValueKind<String>.path("FOLDER").optional(), \Group.stateDirectory,
        "the folder of the state stores")
    public static let verification = Setting(
        "worker.verify", .choice { "\($0.name)" }, \ProcessorSettings.verification,
        "verify again what has no receipt of an ingress, all, or nothing")
    public static let batchRecords = Setting(
        "worker.batch_records", .integer(1...100_000), \Group.worker.batch.count,
        "the most records in one transaction")
    public static let batchBytes = Setting(
        "worker.batch_bytes", .byteCount(65_536...(1 << 30)), \Group.worker.batch.bytes,
        "the most bytes of records in one transaction")
    /// The pace of commits.
    public static let commitInterval = Setting(
        "worker.commit_interval", .duration(.zero...(.seconds(1))), \Group.worker.commitInterval,
        "the least time between the beginnings of two transactions; 0 commits as soon as callbacks are there")
    /// Silence after which the group gives this member's partitions to others. librdkafka allows no more than
    /// `max.poll.interval.ms`, which is five minutes.
    public static let sessionTimeout = Setting(
        "worker.session_timeout", .duration(.seconds(1)...(.seconds(300))), \Group.client.sessionTimeout,
        "silence after which the group gives a member's partitions away")
    public static let transactionTimeout = Setting(
        "worker.transaction_timeout", .duration(.seconds(1)...(.seconds(900))),
        \Group.client.transactionTimeout, "time after which the broker aborts a transaction")

    public static let leaveOnStop = Setting(
        "worker.leave_on_stop", .toggle, \Group.leavesOnStop,
        "leave the group at each stop, so that the partitions move in seconds; by default a restart moves nothing"
    )
    public static let stopDeadline = Setting(
        "worker.stop_deadline", .duration(.seconds(1)...(.seconds(300))), \Group.stopDeadline,
        "how long a stop waits for the open batch, for leaving and for closing; the process has ended 2 s later"
    )
    public static let stallLimit = Setting(
        "worker.stall_limit", .duration(.seconds(1)...(.seconds(3600))), \Group.stallLimit,
        "/livez is 503 if a worker thread made no step for so long; Kafka that is away or refuses does not count"
    )

    /// How long any producer's transaction may be open.
    public static let longestTransaction = Setting(
        "worker.longest_transaction", .duration(.seconds(1)...(.seconds(86_400))), \Group.longestTransaction,
        "transaction.max.timeout.ms of the brokers; a minute later a transaction is reported as hanging")

    static let rows = [
        group.row, slot.row, threads.row, stateDirectory.row, verification.row, batchRecords.row,
        batchBytes.row, commitInterval.row, sessionTimeout.row, transactionTimeout.row, leaveOnStop.row,
        stopDeadline.row, stallLimit.row, longestTransaction.row,
    ]
}
