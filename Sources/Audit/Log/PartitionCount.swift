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
        let admin = try asking { () throws(KafkaError) in try Admin(self, log: log) }
        return try admin.partitionCount(of: topic, within: limit)
    }
}

extension Admin {
    /// How many partitions a topic has.
    ///
    /// - Throws: `missingTopic` where there is no such topic.
    func partitionCount(of topic: String, within limit: Duration) throws(TopicReadError) -> Int {
        let found = try asking { () throws(KafkaError) in try describe(topic, for: .read, within: limit) }
        guard let found else { throw .missingTopic(topic) }
        return found.partitions
    }
}
