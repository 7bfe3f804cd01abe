import Audit
import Configuration
import Glibc
import Kafka
import Payments

/// What `prove` and `inspect` judge with.
struct AuditBasis {
    let reading: LogReader.Settings
    let judge: JudgeSettings
    /// Nil where no keys file is given.
    private let keys: KeyRing?

    /// - Parameter client: the command, which completes `client.id`.
    init(_ call: Call, client: String) throws {
        let settings = call.settings
        reading = LogReader.Settings(
            kafka: try settings.kafkaConfiguration(client: client, properties: LogReader.properties),
            topics: settings.topicNames, group: settings[Configuration.WorkerSettings.group])
        var judge = try settings.judgeSettings()
        if let path = settings[CallbackSettings.optionalKeysFile] {
            keys = try KeyRing(KeysFile.read(path, environment: call.environment).projects)
        } else {
            keys = nil
            judge.verification = .never
        }
        self.judge = judge
    }

    func makeJudge(_ settings: JudgeSettings) -> Judge { Judge(settings: settings, keys: keys) }
}

extension Timestamp {
    /// The time by the clock.
    static var now: Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }
}
