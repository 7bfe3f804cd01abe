// SPDX-License-Identifier: Apache-2.0

/// Flags of `sign` and `verify`.
public enum SignatureOptions {
    /// The file of the secret to sign with.
    public static let secretFile = Setting(
        required: "secret_file", .path("FILE"), sources: .flagOnly, "the file of the secret")
    /// The file of the secret to verify with; `--batch` needs none.
    public static let optionalSecretFile = Setting<String?>(
        "secret_file", optional: .path("FILE"), sources: .flagOnly, "the file of the secret; not with --batch"
    )
    public static let batch = Setting(flag: "batch", "read lines {\"body\":\"…\",\"secret\":\"…\"}")
    public static let event = Setting(
        flag: "event",
        "add the event that would be published if this were the first callback of its operation")
}

/// Flags of `worker`.
public enum StartOptions {
    public static let failFast = Setting(
        flag: "fail_fast",
        "exit if Kafka or a topic is not there at the start, instead of waiting, not ready")
    public static let shadow = Setting(
        flag: "shadow",
        "publish nothing: run beside the workers, and count and log where their outputs differ from its own")

    static let worker = [failFast.row, shadow.row, AuditOptions.scratch.row]
}

/// Flags of `demo`.
public enum DemoOptions {
    public static let serve = Setting(
        flag: "serve", "stay up instead, and print the addresses and a curl line to paste")

    static let rows = [serve.row]
}

/// Flags of `prove` and `inspect`; others have `--json` and `--scratch-dir` too.
public enum AuditOptions {
    public static let json = Setting(flag: "json", "answer with one JSON document")
    /// Where the range begins; nil is the beginning of the log.
    public static let from = Setting<String?>(
        "from", optional: .text("OFFSET|TIME"), sources: .flagOnly,
        "begin at this offset of each partition, or at a time such as 2026-03-01T00:00:00Z or -2h")
    /// Where the range ends; nil is all that the workers have decided.
    public static let to = Setting<String?>(
        "to", optional: .text("OFFSET|TIME"), sources: .flagOnly,
        "end before this offset of each partition, or this time; without it: all that is decided")
    public static let partition = Setting<Int?>(
        "partition", optional: .integer(0...9_999), sources: .flagOnly, "prove this partition alone")
    public static let scratch = Setting<String?>(
        "scratch_dir", optional: .path("FOLDER"), sources: .flagOnly,
        "where to keep what is known of each payment meanwhile; without it: the system's temporary folder")
    public static let bodies = Setting(
        flag: "bodies", "show each callback as received: it holds names and card numbers")

    static let proof = [json.row, from.row, to.row, partition.row, scratch.row]
    static let inspection = [json.row, bodies.row]
}
