// SPDX-License-Identifier: Apache-2.0
internal import Kafka

extension Admin {
    /// How many partitions a topic has.
    ///
    /// - Throws: `missingTopic` where there is no such topic.
    func partitionCount(of topic: String, within limit: Duration) throws(TopicReadError) -> Int {
        do throws(KafkaError) {
            if let found = try describe(topic, for: .read, within: limit) { return found.partitions }
        } catch {
            throw .kafka(error)
        }
        throw .missingTopic(topic)
    }
}
