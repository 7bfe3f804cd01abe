/// How long and how much a payment's memory holds. The defaults are those that the platform's delivery asks for
/// (120 attempts within 11 days); all of them are checked against one another, because a memory that forgets
/// sooner than a copy counts as stale would tell that copy twice.
public struct MemorySettings: Sendable, Equatable {
    /// A callback dated further than this after its record is a wrong clock, not news.
    public let futureTolerance: Duration
    /// A callback of an operation that is not known counts as stale when it is older than this.
    public let staleAge: Duration
    /// How long an operation is remembered after it last changed.
    public let detailKept: Duration
    /// How long a payment's revision and newest truth are remembered after they last changed, and how long
    /// what has no date is remembered.
    public let headKept: Duration
    /// A re-sent copy may carry a date moved by up to this.
    public let sameMoment: Duration
    /// How many operations of a payment are remembered; the oldest go first and leave a mark.
    public let operationsPerPayment: Int
    /// How many callbacks of an operation are remembered.
    public let fingerprintsPerOperation: Int
    /// How many callbacks without an operation are remembered of a payment.
    public let undatedPerPayment: Int

    /// - Throws: the first rule that these settings break.
    public init(
        futureTolerance: Duration = .days(1), staleAge: Duration = .days(30),
        detailKept: Duration = .days(35),
        headKept: Duration = .days(400), sameMoment: Duration = .seconds(2), operationsPerPayment: Int = 64,
        fingerprintsPerOperation: Int = 16, undatedPerPayment: Int = 64
    ) throws(Invalid) {
        self.init(
            unchecked: (futureTolerance, staleAge, detailKept, headKept, sameMoment), operationsPerPayment,
            fingerprintsPerOperation, undatedPerPayment)
        try check()
    }

    /// The defaults, which hold by construction.
    public static let standard = MemorySettings(
        unchecked: (.days(1), .days(30), .days(35), .days(400), .seconds(2)), 64, 16, 64)

    /// Why settings were refused; `description` is a sentence for the person who set them.
    public enum Invalid: Error, Equatable, CustomStringConvertible {
        case notPositive(setting: String)
        case outOfRange(setting: String, limit: ClosedRange<Int>)
        /// An operation would be forgotten while a copy of it does not count as stale yet.
        case detailShorterThanStaleAge(least: Duration)
        case headShorterThanDetail
        /// A whole day would count as one moment, and a real change would pass for a copy.
        case momentTooLong(most: Duration)

        public var description: String {
            switch self {
            case .notPositive(let setting): "\(setting) must be more than zero"
            case .outOfRange(let setting, let limit):
                "\(setting) must be between \(limit.lowerBound) and \(limit.upperBound)"
            case .detailShorterThanStaleAge(let least):
                "detail must be kept for the stale age, the future tolerance and two moments together, "
                    + "at least \(least), or a late copy would be told twice"
            case .headShorterThanDetail: "the head must be kept at least as long as the detail"
            case .momentTooLong(let most): "the same moment must be at most \(most)"
            }
        }
    }

    // In milliseconds, as the decision compares them.
    let futureToleranceMilliseconds: Int64
    let staleAgeMilliseconds: Int64
    let detailKeptMilliseconds: Int64
    let headKeptMilliseconds: Int64
    let sameMomentMilliseconds: Int64

    private typealias Times = (
        future: Duration, stale: Duration, detail: Duration, head: Duration, moment: Duration
    )

    private init(unchecked times: Times, _ operations: Int, _ fingerprints: Int, _ undated: Int) {
        futureTolerance = times.future
        staleAge = times.stale
        detailKept = times.detail
        headKept = times.head
        sameMoment = times.moment
        operationsPerPayment = operations
        fingerprintsPerOperation = fingerprints
        undatedPerPayment = undated
        futureToleranceMilliseconds = times.future.wholeMilliseconds
        staleAgeMilliseconds = times.stale.wholeMilliseconds
        detailKeptMilliseconds = times.detail.wholeMilliseconds
        headKeptMilliseconds = times.head.wholeMilliseconds
        sameMomentMilliseconds = times.moment.wholeMilliseconds
    }

    private func check() throws(Invalid) {
        let longest = Duration.days(36_500)
        let times = [
            ("future tolerance", futureTolerance), ("stale age", staleAge), ("detail kept", detailKept),
            ("head kept", headKept), ("same moment", sameMoment),
        ]
        for (setting, time) in times {
            if time < .milliseconds(1) { throw .notPositive(setting: setting) }
            if time > longest { throw .outOfRange(setting: "\(setting) in days", limit: 0...36_500) }
        }
        let counts = [
            ("operations per payment", operationsPerPayment, 1...1024),
            ("fingerprints per operation", fingerprintsPerOperation, 1...64),
            ("undated per payment", undatedPerPayment, 1...1024),
        ]
        for (setting, count, limit) in counts where !limit.contains(count) {
            throw .outOfRange(setting: setting, limit: limit)
        }
        if sameMoment > .hours(1) { throw .momentTooLong(most: .hours(1)) }
        let least = staleAge + futureTolerance + sameMoment * 2
        if detailKept < least { throw .detailShorterThanStaleAge(least: least) }
        if headKept < detailKept { throw .headShorterThanDetail }
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
