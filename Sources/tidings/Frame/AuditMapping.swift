// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Glibc
import Kafka
import Payments
import System

/// What `prove` and `inspect` check with.
struct AuditBasis {
    let reading: TopicReader.Settings
    let processor: ProcessorSettings
    /// Nil where no keys file is given.
    private let keys: KeyRing?

    /// - Parameter client: the command, which completes `client.id`.
    init(_ call: Call, client: String) throws {
        let settings = call.settings
        reading = TopicReader.Settings(
            kafka: try settings.kafkaConfiguration(client: client, properties: TopicReader.properties),
            topics: settings.topicNames, group: settings[Configuration.WorkerSettings.group])
        var processor = try settings.processorSettings()
        if let path = settings[CallbackSettings.optionalKeysFile] {
            keys = try KeyRing(KeysFile.read(path, environment: call.environment).projects)
        } else {
            keys = nil
            processor.verification = .never
        }
        self.processor = processor
    }

    func makeProcessor(_ settings: ProcessorSettings) -> RecordProcessor {
        RecordProcessor(settings: settings, keys: keys)
    }
}

extension Timestamp {
    /// The time by the clock.
    static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
