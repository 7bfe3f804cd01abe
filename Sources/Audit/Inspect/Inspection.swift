// SPDX-License-Identifier: Apache-2.0
internal import Kafka
public import Payments
public import Telemetry

/// Reports the history of one payment from the topics. It reads the one partition that the payment is in, and
/// checks the payment's callbacks again.
public struct Inspection {
    private let processor: ProcessorSettings
    private let makeProcessor: (ProcessorSettings) -> RecordProcessor
    private let reader: TopicReader

    /// - Parameters:
    ///   - check: as the workers are set.
    ///   - checks: makes a record processor of these settings, with the keys that there are.
    /// - Throws: topics that are not there.
    public init(
        _ settings: TopicReader.Settings, processor: ProcessorSettings,
        makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor,
        log: Log
    ) throws(TopicReadError) {
        self.processor = processor
        self.makeProcessor = makeProcessor
        reader = try TopicReader(settings, log: log)
    }

    /// - Parameters:
    ///   - key: of the payment's records, as `PaymentName` has it.
    ///   - progress: is reported now and then how many of the partition's callbacks were read, and how many
    ///     there are by their offsets.
    public func history(
        ofKey key: [UInt8], progress: @escaping (_ read: Int, _ total: Int64) -> Void
    ) throws(TopicReadError) -> PaymentHistory {
        let partitionCount = try reader.processedPartitionCount()
        let partition = Int32(Murmur2.partition(of: key.span.bytes, count: Int(partitionCount)))
        // What was decided when this is asked has left its records before the ends that are asked for next.
        let committed = try reader.committed(partition)
        let processed = try reader.progress(of: partition)?.next ?? committed
        let outputs = ProofOutputs(
            status: KeyFilter(try reader.open(.status, partition), key: key),
            review: KeyFilter(try reader.open(.review, partition), key: key),
            deadLetter: KeyFilter(try reader.open(.deadLetter, partition), key: key),
            reopen: reopening(partition, key))
        let log = try reader.bounds(.callbacks, partition)
        let setup = ProofSetup(
            partition: partition, partitionCount: partitionCount, processor: processor,
            isWholeLog: log.low == 0)
        let callbacks = try reader.open(.callbacks, partition, from: log.low, to: log.high)
        var history = try HistoryBuilder(key: key, setup, makeProcessor: makeProcessor).history(
            of: callbacks, outputs, start: log.low, decided: processed ?? log.low, end: log.high
        ) { progress($0, log.high - log.low) }
        (history.recordsRead, history.bytesRead) = reader.readSoFar
        return history
    }

    private func reopening(_ partition: Int32, _ key: [UInt8]) -> ProofOutputs<KeyFilter>.Reopening {
        { (topic, offset) throws(TopicReadError) in
            let bounds = try reader.bounds(topic, partition)
            let source = try reader.makeReader()
            try source.open(
                reader.name(topic, partition), from: max(bounds.low, offset ?? bounds.low), to: bounds.high)
            return KeyFilter(source, key: key)
        }
    }
}
