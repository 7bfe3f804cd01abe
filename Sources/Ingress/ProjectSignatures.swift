// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import Synchronization
internal import System
internal import Telemetry

/// Notices when every callback of a project fails against all its keys, and logs it once a minute with the
/// likely cause.
///
/// One forged callback beside good ones is not news; no good one for a minute is. The cause is looked for on
/// a separate thread, so that the time of an answer shows nothing about the keys. Any thread.
final class ProjectSignatures: Sendable {
    /// How long no callback of a project may verify before failures are reported.
    static let quietTime: Int64 = 60_000

    /// What is known of one project since its keys were last loaded.
    final class Row: Sendable {
        let projectID: Int64
        fileprivate let verifiedAt = Atomic<Int64>(.min)
        fileprivate let failures = Atomic<Int>(0)
        fileprivate let interval = LogInterval()
        private let logTime: @Sendable () -> Int64

        fileprivate init(projectID: Int64, logTime: @escaping @Sendable () -> Int64) {
            self.projectID = projectID
            self.logTime = logTime
        }

        /// A callback of this project verified.
        func recordSuccess() {
            verifiedAt.store(logTime(), ordering: .relaxed)
            if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
        }
    }

    private struct Current {
        var ring: KeyRing
        /// In rising order of projects.
        var rows: [Row]
    }

    /// A failure whose cause is to be looked for.
    private struct Report {
        var projectID: Int64
        var failures: Int
        var body: [UInt8]
        var ring: KeyRing
    }

    private struct Reports {
        var waiting: [Report] = []
        var hasThread = false
    }

    private let reports = Mutex(Reports())
    private let log: Log
    private let limits: JSONLimits
    private let current: Mutex<Current>
    /// Whatever project a stranger names, all that have no keys share one line a minute.
    private let unknown: Row
    private let logTime: @Sendable () -> Int64

    /// - Parameter logTime: milliseconds of a clock that never goes backwards.
    init(
        _ ring: KeyRing, limits: JSONLimits, log: Log,
        logTime: @escaping @Sendable () -> Int64
    ) {
        self.log = log
        self.logTime = logTime
        self.limits = limits
        unknown = Row(projectID: 0, logTime: logTime)
        current = Mutex(Current(ring: ring, rows: []))
        replaceKeys(ring)
    }

    /// With new keys everything is open again.
    func replaceKeys(_ ring: KeyRing) {
        let rows = ring.projectIDs.map { Row(projectID: $0, logTime: logTime) }
        current.withLock { $0 = Current(ring: ring, rows: rows) }
        warn(of: ring)
    }

    /// The rows of all projects, for a loop thread to keep while it has the same ring.
    var rows: [Row] { current.withLock { $0.rows } }

    /// A callback verified with no key of its project.
    ///
    /// - Parameter body: copied where a line is due.
    func recordFailure(of projectID: Int64, body: RawSpan) {
        let (ring, row) = current.withLock { current in
            (current.ring, current.rows.first { $0.projectID == projectID } ?? unknown)
        }
        let failures = row.failures.wrappingAdd(1, ordering: .relaxed).newValue
        let now = logTime()
        let verifiedAt = row.verifiedAt.load(ordering: .relaxed)
        guard verifiedAt == .min || now - verifiedAt >= Self.quietTime, row.interval.next(at: now) != nil
        else { return }
        let copy = body.withUnsafeBytes { Array($0) }
        let report = Report(projectID: projectID, failures: failures, body: copy, ring: ring)
        let isFirst = reports.withLock { reports in
            reports.waiting.append(report)
            defer { reports.hasThread = true }
            return !reports.hasThread
        }
        if isFirst { OSThread(name: "signatures") { [self] in writeReports() }.detach() }
    }

    /// One thread at a time, however many projects fail.
    private func writeReports() {
        while let report = nextReport() { write(report) }
    }

    private func nextReport() -> Report? {
        reports.withLock { reports in
            reports.hasThread = !reports.waiting.isEmpty
            return reports.hasThread ? reports.waiting.removeFirst() : nil
        }
    }

    private func write(_ report: Report) {
        do throws(JSONError) {
            let cause = try SignatureDiagnosis(
                of: report.body.span.bytes, project: report.projectID, keys: report.ring, limits: limits)
            log.error(
                "no callback of this project verifies", next: "they are answered 403 and lost if that lasts",
                advice: "compare the project's key with the platform's",
                [
                    "project": .integer(report.projectID), "failures": .integer(report.failures),
                    "likely_cause": .text("\(cause)"),
                ])
        } catch {
            // Only a body that was read is compared with keys, so this one has been read before.
            return
        }
    }

    private func warn(of ring: KeyRing) {
        for doubt in ring.doubts {
            log.warning(
                "a key is probably not what was meant", next: "it is used as it is",
                advice: "correct the keys file; `tidings config check` refuses it",
                ["reason": .text("\(doubt)")])
        }
    }
}
