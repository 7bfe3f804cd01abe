// SPDX-License-Identifier: Apache-2.0

/// Flags of `replay`. Ranges are named as Kafka's tools name them.
public enum ReplayOptions {
    public static let missing = Setting(
        flag: "missing", "publish what the callbacks lead to and the topics lack (the default)")
    public static let diff = Setting(
        flag: "diff", "compare what was published with what the rules and settings of today derive")
    /// The prefix of a fresh set of topics; nil is another mode.
    public static let into = Setting<String?>(
        "into", optional: .kafkaPrefix, sources: .flagOnly,
        "build a fresh set of topics from all callbacks, with this prefix before today's names")
    public static let execute = Setting(
        flag: "execute", "do it; without this flag a plan is printed and nothing changes")
    public static let export = Setting<String?>(
        "export", optional: .path("FILE"), sources: .flagOnly,
        "write the plan to a new file, for a second person to approve")
    public static let plan = Setting<String?>(
        "plan", optional: .path("FILE"), sources: .flagOnly,
        "with --execute: publish what is in this plan and still missing, and nothing else")
    public static let fromBeginning = Setting(
        flag: "from_beginning", "begin at the beginning of the log (the default)")
    public static let fromOffsets = Setting<[Int32: Int64]?>(
        "from_offsets", optional: .partitionOffsets("PARTITION:OFFSET"), sources: .flagOnly,
        "begin at these offsets, in these partitions alone")
    public static let toOffsets = Setting<[Int32: Int64]?>(
        "to_offsets", optional: .partitionOffsets("PARTITION:OFFSET"), sources: .flagOnly,
        "end before these offsets, in these partitions alone")
    public static let fromDatetime = time("from_datetime", "begin at the first callback that is not older")
    public static let toDatetime = time("to_datetime", "end before the first callback that is not older")
    public static let byDuration = Setting<String?>(
        "by_duration", optional: .text("PnDTnHnMnS"), sources: .flagOnly,
        "begin so long ago, such as PT2H or P7D")
    public static let payment = Setting<String?>(
        "payment", optional: .text("PROJECT:ID"), sources: .flagOnly, "this payment alone, or this key")
    public static let rate = Setting<Int?>(
        "rate", optional: .integer(1...1_000_000), sources: .flagOnly,
        "publish at most so many records a second; without it: no limit")
    public static let threads = Setting(
        "threads", .integer(1...64), default: 4, sources: .flagOnly,
        "with --into: how many partitions are built at the same time")
    public static let json = Setting(flag: "json", "answer in JSON; with --diff an object on each line")

    private static func time(_ name: String, _ help: String) -> Setting<String?> {
        Setting(name, optional: .text("TIME"), sources: .flagOnly, help + ", such as 2026-11-01T00:00:00.000")
    }

    static let rows = [
        missing.row, diff.row, into.row, execute.row, export.row, plan.row, fromBeginning.row,
        fromOffsets.row, toOffsets.row, fromDatetime.row, toDatetime.row, byDuration.row, payment.row,
        rate.row, threads.row, json.row, AuditOptions.scratch.row,
    ]
}
