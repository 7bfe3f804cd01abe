extension MetricsRegistry {
    /// Adds how many lines a log has written, by level, and how many it dropped.
    public func addLog(_ log: Log) {
        let output = log.output
        for level in LogLevel.allCases {
            counter(
                "tidings_log_lines_total", help: "Log lines written, by level.",
                labels: ["level": level.rawValue]
            ) { output.count(of: level) }
        }
        counter(
            "tidings_log_lines_dropped_total",
            help: "Log lines dropped because the reader of standard error did not take them."
        ) { output.droppedCount }
    }
}
