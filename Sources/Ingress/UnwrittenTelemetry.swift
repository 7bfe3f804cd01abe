// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Telemetry

/// Callbacks that Kafka did not take, counted and logged by Kafka's own name of the error. The set of names
/// is closed, so every series is there from the first scrape.
struct UnwrittenTelemetry: Sendable {
    static let otherReason = "OTHER"

    private struct Reason: Sendable {
        let count: Counter
        let interval = LogInterval()
    }

    private let log: Log
    private let topic: String
    private let logTime: @Sendable () -> Int64
    private let reasons: [ProduceError: Reason]
    /// A code that this version does not know as an error of producing.
    private let other: Reason

    /// - Parameter logTime: milliseconds of a clock that never goes backwards.
    init(
        topic: String, log: Log, metrics: MetricsRegistry, logTime: @escaping @Sendable () -> Int64
    ) {
        self.log = log
        self.logTime = logTime
        self.topic = topic
        let reason = { (name: String) in Reason(count: metrics.counter(IngressMetrics.unwritten, name)) }
        reasons = Dictionary(uniqueKeysWithValues: ProduceError.allCases.map { ($0, reason($0.name)) })
        other = reason(Self.otherReason)
    }

    /// One line at the first of each reason, then one a minute.
    func callbackUnwritten(_ code: KafkaError.Code) {
        let reason = ProduceError(code).flatMap { reasons[$0] } ?? other
        reason.count.add()
        guard let omitted = reason.interval.next(at: logTime()) else { return }
        log.error(
            "Kafka did not take a callback", next: "it is answered 503 and the platform delivers it again",
            advice: "correct what `error` names: the topic, its limits or the rights",
            [
                "error": .text(code.name), "scope": .text(code.produceScope.rawValue), "topic": .text(topic),
                "more_since_last_line": .integer(omitted),
            ])
    }

    func writingFails(_ error: KafkaError.Code) {
        log.error(
            "no callback is written any more", next: "not ready until one is",
            advice: "correct what `error` names: the topic, its limits or the rights",
            [
                "error": .text(error.name), "scope": .text(error.produceScope.rawValue),
                "topic": .text(topic),
            ])
    }

    /// - Parameter isProven: false where nothing was written yet, but no record fails and a broker answers.
    func writingMayGoOn(isProven: Bool) {
        log.info("ready to write callbacks again", ["is_proven": .flag(isProven), "topic": .text(topic)])
    }
}
