import Configuration
import Kafka
import Payments

/// Settings in the words of the modules that use them. Configuration knows none of these modules.
extension Settings {
    /// How to reach the cluster. A property that librdkafka or a guarantee refuses is a usage error.
    func kafkaConfiguration() throws -> KafkaConfiguration {
        try KafkaConfiguration(try kafkaProperties())
    }

    var topicNames: TopicNames {
        let named: [(Topic, Setting<String?>)] = [
            (.callbacks, KafkaSettings.callbacksTopic), (.status, KafkaSettings.statusTopic),
            (.review, KafkaSettings.reviewTopic), (.deadLetter, KafkaSettings.deadLetterTopic),
            (.changelog, KafkaSettings.changelogTopic),
        ]
        var names: [Topic: String] = [:]
        for (topic, setting) in named { names[topic] = self[setting] }
        return TopicNames(prefix: self[KafkaSettings.topicPrefix], named: names)
    }

    var jsonLimits: JSONLimits {
        JSONLimits(
            depth: self[CallbackSettings.depthLimit], members: self[CallbackSettings.memberLimit],
            numberBytes: self[CallbackSettings.numberLimit],
            signedBytes: self[CallbackSettings.signedTextLimit])
    }

    /// The memory's settings, checked against one another.
    func memorySettings() throws(ConfigurationError) -> DeduplicationSettings {
        do throws(DeduplicationSettings.Invalid) {
            return try DeduplicationSettings(
                window: self[MemoryLimitSettings.detailKept],
                summaryRetention: self[MemoryLimitSettings.headKept],
                maxAge: self[MemoryLimitSettings.staleAge],
                dateTolerance: self[MemoryLimitSettings.sameMoment],
                futureTolerance: self[MemoryLimitSettings.futureTolerance],
                operationsPerPayment: self[MemoryLimitSettings.operationsPerPayment],
                fingerprintsPerOperation: self[MemoryLimitSettings.fingerprintsPerOperation],
                undatedPerPayment: self[MemoryLimitSettings.undatedPerPayment])
        } catch {
            throw ConfigurationError("the settings of the section memory do not fit together: \(error)")
        }
    }

    /// How large records may become, and librdkafka's limits of them.
    func messageLimits(_ kafka: KafkaConfiguration) -> MessageLimits {
        MessageLimits(
            output: OutputLimits(eventBytes: self[CallbackSettings.eventMaxBytes]),
            bodyBytes: self[CallbackSettings.bodyLimit], clientBytes: kafka.largestRecord,
            batchBytes: kafka.largestBatch)
    }

    /// How a worker judges; the same wherever its decisions are derived again.
    func judgeSettings(_ memory: DeduplicationSettings) -> JudgeSettings {
        JudgeSettings(
            limits: jsonLimits, deduplication: memory,
            output: OutputLimits(eventBytes: self[CallbackSettings.eventMaxBytes]),
            verification: .init(self[Configuration.WorkerSettings.verification]),
            encoding: .init(self[CallbackSettings.eventEncoding]), topics: topicNames,
            source: self[CallbackSettings.eventSource])
    }
}

extension VerificationPolicy {
    init(_ setting: Configuration.WorkerSettings.Verification) {
        self =
            switch setting {
            case .missing: .missing
            case .always: .always
            case .never: .never
            }
    }
}

extension EventEncoding {
    init(_ setting: CallbackSettings.Encoding) {
        self =
            switch setting {
            case .json: .json
            case .protobuf: .protobuf
            }
    }
}
