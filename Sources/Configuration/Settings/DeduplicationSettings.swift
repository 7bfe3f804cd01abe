// SPDX-License-Identifier: Apache-2.0
public import Payments

/// How long and how much of a payment's state is kept. All workers of one installation, and the commands that
/// derive decisions again, need the same values. They are checked together and cannot be changed one by one,
/// so `deduplication()` stores them, and no row does.
public enum DeduplicationSettings {
    /// How long an operation's detail is kept after it last changed.
    public static let window = Setting(
        "deduplication.window", .duration(Payments.DeduplicationSettings.durations), default: standard.window,
        "how long duplicates of an operation are recognised in detail")
    /// How long a payment's summary is kept after it last changed.
    public static let summaryRetention = Setting(
        "deduplication.summary_retention", .duration(Payments.DeduplicationSettings.durations),
        default: standard.summaryRetention,
        "how long a payment's revision and latest status are kept")
    /// How far before the record's time the date of an unknown operation may be.
    public static let maxAge = Setting(
        "deduplication.max_age", .duration(Payments.DeduplicationSettings.durations),
        default: standard.maxAge,
        "how old the date of an unknown operation may be; older callbacks go to review")
    public static let dateTolerance = Setting(
        "deduplication.date_tolerance", .duration(Payments.DeduplicationSettings.dateTolerances),
        default: standard.dateTolerance,
        "how far the date of a redelivery may have moved")
    /// How far after the record's time an operation's date may be.
    public static let futureTolerance = Setting(
        "deduplication.future_tolerance", .duration(Payments.DeduplicationSettings.durations),
        default: standard.futureTolerance,
        "how far ahead of its arrival a callback's date may be; others go to review")
    public static let operationsPerPayment = Setting(
        "deduplication.operations_per_payment", .integer(Payments.DeduplicationSettings.operationCounts),
        default: standard.operationsPerPayment,
        "the most operations of one payment that are kept in detail")
    public static let fingerprintsPerOperation = Setting(
        "deduplication.fingerprints_per_operation",
        .integer(Payments.DeduplicationSettings.fingerprintCounts),
        default: standard.fingerprintsPerOperation, "the most callbacks of one operation that are recognised")
    public static let undatedPerPayment = Setting(
        "deduplication.undated_per_payment", .integer(Payments.DeduplicationSettings.undatedCounts),
        default: standard.undatedPerPayment,
        "the most callbacks without an operation of one payment that are recognised")

    private static var standard: Payments.DeduplicationSettings { .standard }

    static let rows = [
        window.row, summaryRetention.row, maxAge.row, dateTolerance.row, futureTolerance.row,
        operationsPerPayment.row, fingerprintsPerOperation.row, undatedPerPayment.row,
    ]
}

extension Settings {
    /// How payments are deduplicated. `Combinations` has checked the values against one another.
    public func deduplication() throws(ConfigurationError) -> Payments.DeduplicationSettings {
        do throws(Payments.DeduplicationSettings.Invalid) {
            return try Payments.DeduplicationSettings(
                window: self[DeduplicationSettings.window],
                summaryRetention: self[DeduplicationSettings.summaryRetention],
                maxAge: self[DeduplicationSettings.maxAge],
                dateTolerance: self[DeduplicationSettings.dateTolerance],
                futureTolerance: self[DeduplicationSettings.futureTolerance],
                operationsPerPayment: self[DeduplicationSettings.operationsPerPayment],
                fingerprintsPerOperation: self[DeduplicationSettings.fingerprintsPerOperation],
                undatedPerPayment: self[DeduplicationSettings.undatedPerPayment])
        } catch {
            throw ConfigurationError(
                "the settings of the section deduplication contradict one another: \(error)")
        }
    }
}
