// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// Requests that are not callbacks because of how they were sent: counted by reason, logged at the first and
/// then once a minute. A platform that is given a wrong address sends for days and then gives up, so an
/// operator has to see it.
struct DoorTelemetry: Sendable {
    private struct Entry: Sendable {
        let count: Counter
        let interval = LogInterval()
    }

    private let log: Log
    private let logTime: @Sendable () -> Int64
    private let unknownPaths: Entry
    private let wrongMethods: Entry

    /// - Parameter logTime: milliseconds of a clock that never goes backwards.
    init(
        log: Log, logTime: @escaping @Sendable () -> Int64, outcome: (IngressOutcome) -> Counter
    ) {
        self.log = log
        self.logTime = logTime
        unknownPaths = Entry(count: outcome(.unknownPath))
        wrongMethods = Entry(count: outcome(.wrongMethod))
    }

    /// The path itself is not logged: anybody can put anything into it.
    func unknownPath() {
        guard let omitted = note(unknownPaths) else { return }
        log.warning(
            "a request has an unknown path", next: "answered 404",
            advice: """
                callbacks are posted to /callbacks or /callbacks/{project}; check the URL that the \
                platform has
                """,
            ["more_since_last_line": .integer(omitted)])
    }

    func wrongMethod() {
        guard let omitted = note(wrongMethods) else { return }
        log.warning(
            "a request has a wrong method", next: "answered 405",
            advice: "callbacks are sent with POST; check what sends to this address",
            ["more_since_last_line": .integer(omitted)])
    }

    /// Counts it; the number of lines left out since the last, or nil where this one is left out too.
    private func note(_ entry: Entry) -> Int? {
        entry.count.add()
        return entry.interval.next(at: logTime())
    }
}
