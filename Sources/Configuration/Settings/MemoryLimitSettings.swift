/// How long and how much a payment's memory holds. All workers of one installation, and the tools that derive
/// decisions again, need the same values. They are checked against one another where they are used.
public enum MemoryLimitSettings {
    /// How far after the record's time an operation's date may lie.
    public static let futureTolerance = Setting(
        "memory.future_tolerance", .duration(shortest...longest), default: "24h",
        "how far ahead of its arrival a callback's date may be")
    /// How far before the record's time the date of an unknown operation may lie.
    public static let staleAge = Setting(
        "memory.stale_age", .duration(shortest...longest), default: "30d",
        "how old the date of an unknown operation may be")
    /// How long an operation's detail is kept after it last changed.
    public static let detailKept = Setting(
        "memory.detail_kept", .duration(shortest...longest), default: "35d",
        "how long an operation's detail is kept; longer than the stale age and the tolerance together")
    /// How long a payment's head is kept.
    public static let headKept = Setting(
        "memory.head_kept", .duration(shortest...longest), default: "400d",
        "how long a payment's revision and truth are kept")
    /// How far the date of a re-sent copy may have moved.
    public static let sameMoment = Setting(
        "memory.same_moment", .duration(shortest...(.seconds(3600))), default: "2s",
        "how far the date of a re-sent copy may have moved")
    /// Operations whose detail is kept for one payment.
    public static let operationsPerPayment = Setting(
        "memory.operations_per_payment", .integer(1...1024), default: "64", "operations kept of one payment")
    /// Callbacks that are recognised of one operation.
    public static let fingerprintsPerOperation = Setting(
        "memory.fingerprints_per_operation", .integer(1...64), default: "16",
        "callbacks kept of one operation")
    /// Callbacks without an operation that are recognised of one payment.
    public static let undatedPerPayment = Setting(
        "memory.undated_per_payment", .integer(1...1024), default: "64",
        "callbacks without an operation kept of one payment")

    private static var shortest: Duration { .milliseconds(1) }
    private static var longest: Duration { .seconds(86_400 * 3650) }

    static let rows = [
        futureTolerance.row, staleAge.row, detailKept.row, headKept.row, sameMoment.row,
        operationsPerPayment.row,
        fingerprintsPerOperation.row, undatedPerPayment.row,
    ]
}
