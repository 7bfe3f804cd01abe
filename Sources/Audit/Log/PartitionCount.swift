// SPDX-License-Identifier: Apache-2.0
package import Kafka
package import Telemetry

extension KafkaConfiguration {
    /// How many partitions a topic has, asked once.
    ///
    /// - Throws: `missingTopic` where there is no such topic.
    package func partitionCount(
        of topic: String, within limit: Duration, log: Log
    ) throws(TopicReadError) -> Int {
        let admin: Admin
        do throws(KafkaError) {
            admin = try Admin(self, log: log)
        } catch {
            throw .kafka(error)
        }
        return try admin.partitionCount(of: topic, within: limit)
    }
}

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
