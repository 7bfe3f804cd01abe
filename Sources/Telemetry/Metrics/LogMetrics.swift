// SPDX-License-Identifier: Apache-2.0
extension MetricsRegistry {
    private static let lines = MetricFamily.counter(
        "tidings_log_lines_total", "Log lines written, by level.",
        .closed("level", LogLevel.allCases.map(\.rawValue)))
    private static let droppedLines = MetricFamily.counter(
        "tidings_log_lines_dropped_total",
        "Log lines dropped because the reader of standard error did not take them.")

    /// The families that ``addLog(_:)`` adds.
    public static let logFamilies = [lines, droppedLines]

    /// Adds how many lines a log has written, by level, and how many it dropped.
    public func addLog(_ log: Log) {
        declare(Self.logFamilies)
        let output = log.output
        for level in LogLevel.allCases {
            read(Self.lines, level.rawValue) { Double(output.count(of: level)) }
        }
        read(Self.droppedLines) { Double(output.droppedCount) }
    }
}
