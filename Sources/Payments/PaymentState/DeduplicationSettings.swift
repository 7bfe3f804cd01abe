// SPDX-License-Identifier: Apache-2.0

/// How long and how much of a payment is remembered, to recognise duplicates. The defaults follow from the
/// platform's delivery (120 attempts within 11 days). They are checked against one another: a state that is
/// forgotten before its redelivery counts as stale would publish that redelivery again.
public struct DeduplicationSettings: Sendable, Equatable {
    /// How long an operation's detail is kept after it last changed.
    public let window: Duration
    /// How long a payment's revision and latest status are kept after they last changed, and how long
    /// callbacks without a date are remembered.
    public let summaryRetention: Duration
    /// A callback of an operation that is not in the payment state is stale if it is older than this.
    public let maxAge: Duration
    /// A redelivery may have a date that moved by up to this.
    public let dateTolerance: Duration
    /// A callback dated further than this after its record is held for review: a clock is wrong.
    public let futureTolerance: Duration
    /// How many operations of a payment are kept; the oldest go first and leave a mark.
    public let operationsPerPayment: Int
    /// How many callbacks of an operation are kept; the oldest go first and leave a mark.
    public let fingerprintsPerOperation: Int
    /// How many callbacks without a date are kept of a payment; more are stale.
    public let undatedPerPayment: Int

    /// - Throws: the first rule that these settings break.
    public init(
        window: Duration = .days(35), summaryRetention: Duration = .days(400), maxAge: Duration = .days(30),
        dateTolerance: Duration = .seconds(2), futureTolerance: Duration = .days(1),
        operationsPerPayment: Int = 64, fingerprintsPerOperation: Int = 16, undatedPerPayment: Int = 64
    ) throws(Invalid) {
        self.init(
            unchecked: (window, summaryRetention, maxAge, dateTolerance, futureTolerance),
            operationsPerPayment, fingerprintsPerOperation, undatedPerPayment)
        try check()
    }

    /// The defaults, which are valid by construction.
    public static let standard = DeduplicationSettings(
        unchecked: (.days(35), .days(400), .days(30), .seconds(2), .days(1)), 64, 16, 64)

    /// The bounds of each duration, and of each count. `longest` leaves room for sums of them.
    public static let durations: ClosedRange<Duration> = .milliseconds(1) ... .days(3650)
    public static let dateTolerances: ClosedRange<Duration> = .milliseconds(1) ... .hours(1)
    public static let operationCounts = 1...1024
    public static let fingerprintCounts = 1...64
    public static let undatedCounts = 1...1024

    /// Why settings were refused; `description` is a sentence for the person who set them.
    public enum Invalid: Error, Equatable, CustomStringConvertible {
        case durationOutOfRange(setting: String, limit: ClosedRange<Duration>)
        case countOutOfRange(setting: String, limit: ClosedRange<Int>)
        /// An operation would be forgotten while a redelivery of it is not stale yet.
        case windowTooShort(least: Duration)
        case summaryRetentionShorterThanWindow

        public var description: String {
            switch self {
            case .durationOutOfRange(let setting, let limit):
                "\(setting) must be between \(limit.lowerBound) and \(limit.upperBound)"
            case .countOutOfRange(let setting, let limit):
                "\(setting) must be between \(limit.lowerBound) and \(limit.upperBound)"
            case .windowTooShort(let least):
                "window must be at least max_age, future_tolerance and twice date_tolerance together, "
                    + "\(least), or a late redelivery would be published again"
            case .summaryRetentionShorterThanWindow: "summary_retention must be at least window"
            }
        }
    }

    // In milliseconds, as the decision compares them.
    let windowMilliseconds: Int64
    let summaryRetentionMilliseconds: Int64
    let maxAgeMilliseconds: Int64
    let dateToleranceMilliseconds: Int64
    let futureToleranceMilliseconds: Int64

    private typealias Durations = (
        window: Duration, summary: Duration, age: Duration, tolerance: Duration, future: Duration
    )

    private init(unchecked durations: Durations, _ operations: Int, _ fingerprints: Int, _ undated: Int) {
        window = durations.window
        summaryRetention = durations.summary
        maxAge = durations.age
        dateTolerance = durations.tolerance
        futureTolerance = durations.future
        operationsPerPayment = operations
        fingerprintsPerOperation = fingerprints
        undatedPerPayment = undated
        windowMilliseconds = durations.window.wholeMilliseconds
        summaryRetentionMilliseconds = durations.summary.wholeMilliseconds
        maxAgeMilliseconds = durations.age.wholeMilliseconds
        dateToleranceMilliseconds = durations.tolerance.wholeMilliseconds
        futureToleranceMilliseconds = durations.future.wholeMilliseconds
    }

    private func check() throws(Invalid) {
        let durations = [
            ("window", window, Self.durations), ("summary_retention", summaryRetention, Self.durations),
            ("max_age", maxAge, Self.durations), ("date_tolerance", dateTolerance, Self.dateTolerances),
            ("future_tolerance", futureTolerance, Self.durations),
        ]
        for (setting, duration, limit) in durations where !limit.contains(duration) {
            throw .durationOutOfRange(setting: setting, limit: limit)
        }
        let counts = [
            ("operations_per_payment", operationsPerPayment, Self.operationCounts),
            ("fingerprints_per_operation", fingerprintsPerOperation, Self.fingerprintCounts),
            ("undated_per_payment", undatedPerPayment, Self.undatedCounts),
        ]
        for (setting, count, limit) in counts where !limit.contains(count) {
            throw .countOutOfRange(setting: setting, limit: limit)
        }
        let least = maxAge + futureTolerance + dateTolerance * 2
        if window < least { throw .windowTooShort(least: least) }
        if summaryRetention < window { throw .summaryRetentionShorterThanWindow }
    }
}

extension Duration {
    /// Days of 24 hours: the core knows no calendar.
    public static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }

    static func hours(_ count: Int64) -> Duration { .seconds(count * 3_600) }

    /// Whole milliseconds, rounded down; the largest number where there are more.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? Int64.max : product &+ attoseconds / 1_000_000_000_000_000
    }
}
