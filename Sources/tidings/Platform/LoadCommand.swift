// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Gate
import Kafka
import Payments
import Platform

/// `tidings platform load`: callbacks of many payments at a fixed rate, and how long their answers and events
/// took.
enum LoadCommand {
    /// How long events are awaited after the last callback.
    private static let patience = Duration.seconds(30)

    static func run(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        guard let url = settings[PlatformSettings.forwardTo] ?? settings[PlatformSettings.callbackURL] else {
            throw ConfigurationError("--forward-to is missing: where the callbacks are posted to")
        }
        try PlatformCommand.checkTarget(url, settings)
        let (project, secret) = try key(call)
        let load = CallbackLoad(
            .init(
                address: url, projectID: project, secret: secret, histories: try histories(call),
                rate: Double(settings[PlatformSettings.rate]), duration: settings[PlatformSettings.duration],
                timeScale: settings[PlatformSettings.timeScale],
                connections: settings[PlatformSettings.connections],
                seed: settings[PlatformSettings.seed].map { UInt64($0) } ?? .random(in: .min ... .max)))
        var result: LoadResult
        if settings.isGiven(KafkaSettings.bootstrapServers) || settings.isGiven(KafkaSettings.configFile) {
            result = try followed(load, settings)
        } else {
            result = load.start().wait()
        }
        StandardOutput.write(asJSON: settings[AuditOptions.json], result.json.line, orText: result.text)
        return result.isAsExpected ? .done : .wrong
    }

    /// Reads the events while the load runs, and after it until all have come.
    private static func followed(_ load: CallbackLoad, _ settings: Settings) throws -> LoadResult {
        var follower = try EventFollower(
            topic: settings.topicNames[.status], kafka: try settings.kafkaConfiguration(client: "load"),
            log: settings.log)
        let times = EventTimes()
        let running = load.start { times.note($0) }
        var deadline: ContinuousClock.Instant?
        while deadline.map({ times.waiting > 0 && ContinuousClock.now < $0 }) ?? true {
            try follower.poll(within: .milliseconds(100)) { key, event in
                times.take(eventOf: key, status: event.status, at: ContinuousClock.now)
            }
            if running.isOver, deadline == nil { deadline = ContinuousClock.now + patience }
        }
        var result = running.wait()
        result.events = times.latencies
        result.withoutEvent = times.waiting
        return result
    }

    private static func histories(_ call: Call) throws -> LoadHistories {
        let known = try PlatformCommand.builtInScenarios()
        guard let path = call.settings[PlatformSettings.histories] else {
            guard let success = known.first(where: { $0.name == "success" }) else {
                preconditionFailure("the scenario success is missing from the program")
            }
            return LoadHistories(success)
        }
        let file = try JSONValue(yaml: try FileBytes.read(path, atMost: 1 << 20), name: path)
        return try LoadHistories(file, known: known)
    }

    private static func key(_ call: Call) throws -> (project: Int64, secret: [UInt8]) {
        let path = call.settings[CallbackSettings.keysFile]
        let projects = try KeysFile.read(path, environment: call.environment).projects
        let wanted = call.settings[PlatformSettings.project].map { Int64($0) }
        let project = projects.first { wanted == nil || $0.projectID == wanted }
        guard let project else { throw ConfigurationError("has no such project", file: path) }
        guard let key = project.keys.first(where: { $0.mode == .active }) else {
            throw ConfigurationError("project \(project.projectID) has no active key", file: path)
        }
        return (project.projectID, key.secret.bytes)
    }
}
