// SPDX-License-Identifier: Apache-2.0

/// Flags of `review` and `dead-letter`.
public enum ItemOptions {
    /// Whether the answer is JSON: one object a line, or one document.
    public static let json = AuditOptions.json
    public static let all = Setting(flag: "all", "list resolved items too")
    /// What items are held for; empty is anything.
    public static let reasons = Setting(
        "reason", .list(of: "REASON"), default: [], sources: .flagOnly,
        "items of these reasons alone: decisions such as conflict, rules such as too-large, or error classes such as "
            + "unverified")
    /// The payment's key; nil is any.
    public static let key = Setting<String?>(
        "key", optional: .text("KEY"), sources: .flagOnly, "items of this key alone, such as 1234:payment_47")
    /// Where the callbacks are; empty is anywhere.
    public static let positions = Setting(
        "position", .list(of: "PARTITION:OFFSET"), default: [], sources: .flagOnly,
        "items of these callbacks alone")
    /// When the callbacks were received; nil is any time.
    public static let since = Setting<String?>(
        "since", optional: .text("TIME"), sources: .flagOnly,
        "callbacks received at this time or later, such as 2026-03-01T00:00:00Z or -2h")
    public static let until = Setting<String?>(
        "until", optional: .text("TIME"), sources: .flagOnly, "callbacks received before this time")
    public static let unmask = Setting(flag: "unmask", "show every value: names, addresses, card numbers")
    public static let showBody = Setting(
        flag: "show_body",
        "show the body, with everything masked but ids, types, statuses, dates, codes and sums")
    public static let by = Setting<String?>(
        "by", optional: .text("NAME"), sources: .flagOnly,
        "who does it; published with the decision (default: the user who runs the command)")
    public static let decisionReason = Setting(
        required: "reason", .text("TEXT"), sources: .flagOnly, "why; published with the decision")
    /// Decisions that a release accepts besides what the item is held for.
    public static let accept = Setting(
        "accept", .list(of: "DECISION"), default: [], sources: .flagOnly,
        "accept these too, where they would hold it again: stale, future, conflict")
    public static let execute = Setting(flag: "execute", "carry it out; without it: print the plan")
    public static let stopAfter = Setting(
        "stop_after", .integer(1...1_000_000), default: 10, sources: .flagOnly,
        "stop after so many dead letters that are refused for one and the same reason")

    static let filters = [reasons.row, key.row, positions.row, since.row, until.row]
}
