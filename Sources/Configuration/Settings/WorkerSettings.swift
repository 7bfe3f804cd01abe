/// The deciding side: its group, its batches and its memory on the disk.
public enum WorkerSettings {
    /// Which records a worker verifies again.
    public enum Verification: String, Sendable, CaseIterable {
        /// Those without a receipt of an ingress.
        case missing
        /// All: for those who share the cluster, where a receipt header is no proof.
        case always
        /// None.
        case never
    }

    /// How far the cluster must be fit for money.
    public enum Profile: String, Sendable, CaseIterable {
        /// Too few replicas are told as warnings.
        case development
        /// They are refused.
        case production
    }

    /// The consumer group, and the beginning of every id towards the broker.
    public static let group = Setting("worker.group", .kafkaName, default: "tidings", "the consumer group")
    /// Which place of the group this process takes: two live processes never share one.
    public static let slot = Setting(
        "worker.slot", .kafkaName, default: "the number at the end of the host's name, else 0",
        is: { HostOrdinal.current }, "this process's own place in the group")
    /// Worker threads in this process.
    public static let threads = Setting(
        "worker.threads", .integer(1...64), default: "1", "workers in this process")
    /// Where the tables of the partitions are kept.
    public static let stateDirectory = Setting(
        "worker.state_dir", .path("FOLDER"), default: "state", "the folder of the local tables")
    /// Which records are verified again.
    public static let verification = Setting<Verification>(
        "worker.verify", .choice, default: "missing",
        "verify again what has no receipt of an ingress, all, or nothing")
    /// Records in one transaction.
    public static let batchRecords = Setting(
        "worker.batch_records", .integer(1...100_000), default: "8000", "the most records in one transaction")
    /// Bytes of the records in one transaction.
    public static let batchBytes = Setting(
        "worker.batch_bytes", .byteCount(65_536...(1 << 30)), default: "8MiB",
        "the most bytes of records in one transaction")
    /// After which silence the group gives this member's partitions to others.
    public static let sessionTimeout = Setting(
        "worker.session_timeout", .duration(.seconds(1)...(.seconds(1800))), default: "45s",
        "silence after which the group gives a member's partitions away")
    /// After which the broker aborts a transaction.
    public static let transactionTimeout = Setting(
        "worker.transaction_timeout", .duration(.seconds(1)...(.seconds(900))), default: "30s",
        "after which the broker aborts a transaction")
    /// How far the cluster must be fit for money.
    public static let profile = Setting<Profile>(
        "worker.profile", .choice, default: "development",
        "whether topics that one broker's loss could harm are refused at start (production) or told as a warning"
    )

    static let rows = [
        group.row, slot.row, threads.row, stateDirectory.row, verification.row, batchRecords.row,
        batchBytes.row,
        sessionTimeout.row, transactionTimeout.row, profile.row,
    ]
}
