// SPDX-License-Identifier: Apache-2.0
internal import Ingress
internal import Kafka
internal import Payments
internal import Worker

// What each module does when nothing is set. Rows take their defaults from here, so that none is written
// twice.

extension JSONLimits: ModuleSettings {
    static var defaults: JSONLimits { JSONLimits() }
}

extension ProcessorSettings: ModuleSettings {
    static var defaults: ProcessorSettings { ProcessorSettings() }
}

extension IngressService.Settings: ModuleSettings {
    static var defaults: IngressService.Settings {
        IngressService.Settings(kafka: .anywhere, topic: TopicNames()[.callbacks])
    }
}

extension WorkerGroup.Settings: ModuleSettings {
    static var defaults: WorkerGroup.Settings {
        WorkerGroup.Settings(
            client: KafkaWorkerClient.Settings(kafka: .anywhere, topics: TopicNames()))
    }
}

extension KafkaConfiguration {
    /// For module settings of which only the defaults are read.
    fileprivate static var anywhere: KafkaConfiguration {
        guard let configuration = try? KafkaConfiguration(bootstrapServers: "localhost:9092") else {
            preconditionFailure("librdkafka refuses an address of a broker")
        }
        return configuration
    }
}
