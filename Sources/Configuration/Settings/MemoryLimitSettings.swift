/// How long and how much a payment's memory holds. All workers of one installation, and the tools that derive
/// decisions again, need the same values.
public enum MemoryLimitSettings {
    /// How far before the record's time an operation's date may lie.
    public static let staleAfter = Setting(
        "memory.stale_after", .duration(.seconds(60)...Self.longest), default: "30d",
        "how old an unknown operation's date may be")
    /// How far after the record's time an operation's date may lie.
    public static let futureTolerance = Setting(
        "memory.future_tolerance", .duration(.zero...Self.longest), default: "24h",
        "how far ahead of its arrival a date may be")
    /// How long an operation's detail is kept after it last changed.
    public static let detailRetention = Setting(
        "memory.detail_retention", .duration(.seconds(60)...Self.longest), default: "35d",
        "how long an operation's detail is kept; more than stale_after")
    /// How long a payment's head is kept.
    public static let headRetention = Setting(
        "memory.head_retention", .duration(.seconds(60)...Self.longest), default: "400d",
        "how long a payment's revision and truth are kept")
    /// How far the date of a re-sent copy may have moved.
    public static let dateTolerance = Setting(
        "memory.date_tolerance", .duration(.zero...(.seconds(3600))), default: "2s",
        "how far the date of a re-sent copy may have moved")
    /// Operations whose detail is kept for one payment.
    public static let operationLimit = Setting(
        "memory.operation_limit", .integer(1...1024), default: "64", "operations kept of one payment")
    /// Fingerprints that are kept of one operation.
    public static let fingerprintLimit = Setting(
        "memory.fingerprint_limit", .integer(1...256), default: "16", "fingerprints kept of one operation")

    private static var longest: Duration { .seconds(86_400 * 3650) }

    static let rows = [
        staleAfter.row, futureTolerance.row, detailRetention.row, headRetention.row, dateTolerance.row,
        operationLimit.row, fingerprintLimit.row,
    ]
}
