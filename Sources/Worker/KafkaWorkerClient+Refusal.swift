// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments

/// What the brokers report about topics that cannot be written to.
extension KafkaWorkerClient {
    /// A record that waits for replicas or for its topic is not refused: librdkafka tries it again until the
    /// transaction times out, and then reports only that. So the brokers are asked: for the topics, and for
    /// their settings.
    public func refusingTopic() -> ClientError.Cause? {
        for topic in [Topic.status, .review, .deadLetter, .changelog] {
            let name = settings.topics[topic]
            do throws(KafkaError) {
                if let code = try refusal(by: name) {
                    return ClientError.Cause(KafkaError(code, severity: .abortable, topic: name))
                }
            } catch {
                // No broker answers: the error that led here says so already.
                return nil
            }
        }
        return nil
    }

    private func refusal(by topic: String) throws(KafkaError) -> KafkaError.Code? {
        guard let found = try admin.describe(topic, within: settings.callTimeout) else {
            return ProduceError.unknownTopicOrPartition.code
        }
        guard found.inSync < found.replication else { return nil }
        let needed = try admin.settings(of: topic, within: settings.callTimeout)
            .first { $0.name == "min.insync.replicas" }.flatMap { Int($0.value) }
        // The broker asks for no more replicas than there are.
        return found.inSync < min(needed ?? 1, found.replication) ? ProduceError.notEnoughReplicas.code : nil
    }
}
