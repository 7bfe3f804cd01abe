// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Kafka
public import Payments

/// What the commands on review items and dead letters need to know.
public struct ItemSettings {
    /// How the topics are read.
    public var log: TopicReader.Settings
    /// How they are written to.
    var producing: KafkaConfiguration
    /// As the workers are set.
    var processor: ProcessorSettings
    /// Makes a record processor with the keys that there are.
    var makeProcessor: (ProcessorSettings) -> RecordProcessor

    public init(
        log: TopicReader.Settings, producing: KafkaConfiguration, processor: ProcessorSettings,
        makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor
    ) {
        self.log = log
        self.producing = producing
        self.processor = processor
        self.makeProcessor = makeProcessor
    }
}
