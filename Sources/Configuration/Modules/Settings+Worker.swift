// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Audit
public import Payments
public import Worker

extension Settings {
    /// The names of the topics.
    public var topicNames: TopicNames {
        let named: [(Topic, Setting<String?>)] = [
            (.callbacks, KafkaSettings.callbacksTopic), (.status, KafkaSettings.statusTopic),
            (.review, KafkaSettings.reviewTopic), (.deadLetter, KafkaSettings.deadLetterTopic),
            (.changelog, KafkaSettings.changelogTopic),
        ]
        var names: [Topic: String] = [:]
        for (topic, setting) in named { names[topic] = self[setting] }
        return TopicNames(prefix: self[KafkaSettings.topicPrefix], named: names)
    }

    /// How much a body may contain.
    public var jsonLimits: JSONLimits { filled(JSONLimits()) }

    /// How a worker decides; the same wherever its decisions are derived again.
    public func processorSettings() throws(ConfigurationError) -> ProcessorSettings {
        filled(ProcessorSettings(limits: jsonLimits, deduplication: try deduplication(), topics: topicNames))
    }

    /// How a worker process waits for the cluster, and what it asks of it.
    public func workerStart() throws -> WorkerService.Settings {
        let kafka = try kafkaConfiguration(client: "worker-\(self[WorkerSettings.slot])")
        var check = StartupCheck(
            topics: topicNames, deduplication: try deduplication(),
            stateDirectory: self[WorkerSettings.stateDirectory], profile: self[CommonSettings.profile])
        check.messages = messageLimits(kafka)
        return WorkerService.Settings(check: check, kafka: kafka)
    }

    /// Everything that the workers of a process are made with, but for the cluster, which a start-up check
    /// finds.
    public func workerSettings() throws -> WorkerGroup.Settings {
        // Each worker thread has a separate `client.id`, which its client makes of the slot and the thread.
        let kafka = try kafkaConfiguration(client: nil)
        return filled(
            WorkerGroup.Settings(
                client: KafkaWorkerClient.Settings(kafka: kafka, topics: topicNames)))
    }

    /// What the topics should be.
    public func topicPlan() throws -> TopicPlan {
        TopicPlan(
            names: topicNames, retention: self[TopicSettings.retention], deduplication: try deduplication(),
            messages: messageLimits(try kafkaConfiguration(client: "topics")))
    }

    /// How large records may become, and librdkafka's limits of them.
    public func messageLimits(_ kafka: KafkaConfiguration) -> MessageLimits {
        MessageLimits(
            output: filled(ProcessorSettings()).output, bodyBytes: self[CallbackSettings.bodyLimit],
            clientBytes: kafka.largestRecord, batchBytes: kafka.largestBatch)
    }
}
