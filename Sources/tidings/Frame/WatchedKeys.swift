// SPDX-License-Identifier: Apache-2.0
import Configuration
import Payments
import Telemetry

/// The keys of a service: read at start, and again whenever their files change or SIGHUP asks for it.
struct WatchedKeys: Sendable {
    let ring: KeyRing
    private let file: KeysFile
    private let path: String
    private let environment: [String: String]
    private let interval: Duration

    init(_ path: String, _ call: Call) throws(ConfigurationError) {
        self.path = path
        environment = call.environment
        interval = call.settings[CallbackSettings.keysCheckInterval]
        file = try KeysFile.read(path, environment: environment)
        ring = try KeyRing(file.projects)
    }

    /// Hands every later ring to `use`, until the stop. A file that cannot be used changes nothing and raises
    /// an alarm metric.
    func watch(
        until stop: Stop, log: Log, metrics: MetricsRegistry, use: @escaping @Sendable (KeyRing) -> Void
    ) {
        file.watch(
            at: path, environment: environment, every: interval, until: stop, log: log, metrics: metrics
        ) { (projects) throws(ConfigurationError) in use(try KeyRing(projects)) }
    }
}

extension KeysFile {
    /// Hands the keys of every later reading to `use`, until the stop; SIGHUP reads immediately.
    ///
    /// - Parameter use: throws where it cannot use what the file's reader allows. The older keys stay then.
    func watch(
        at path: String, environment: [String: String], every interval: Duration, until stop: Stop, log: Log,
        metrics: MetricsRegistry, use: @escaping @Sendable ([ProjectKeys]) throws(ConfigurationError) -> Void
    ) {
        let watcher = KeysWatcher(
            watching: self, at: path, environment: environment, every: interval, log: log, metrics: metrics
        ) { projects in
            do throws(ConfigurationError) {
                try use(projects)
            } catch {
                for problem in error.problems {
                    log.error(
                        "keys refused", next: "the older keys stay in force",
                        advice: "correct the keys file; `tidings config check` names each fault",
                        ["reason": .text(problem.message)])
                }
            }
        }
        watcher.start()
        stop.onHangUp { watcher.readAgain() }
        stop.whenRequested { watcher.stop() }
    }
}
