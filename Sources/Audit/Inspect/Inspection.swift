internal import Kafka
public import Payments
public import Telemetry

/// Tells the history of one payment from the topics. It reads the one partition that the payment lies in, and judges
/// the payment's callbacks again.
public struct Inspection {
    private let judge: JudgeSettings
    private let judges: (JudgeSettings) -> Judge
    private let reader: LogReader

    /// - Parameters:
    ///   - judge: as the workers are set.
    ///   - judges: makes a judge of these settings, with the keys that there are.
    /// - Throws: topics that are not there.
    public init(
        _ settings: LogReader.Settings, judge: JudgeSettings, judges: @escaping (JudgeSettings) -> Judge,
        log: Log
    ) throws(LogError) {
        self.judge = judge
        self.judges = judges
        reader = try LogReader(settings, log: log)
    }

    /// - Parameter progress: is told now and then how many of the partition's callbacks were read, and how many there
    ///   are by their offsets.
    public func history(
        of name: PaymentName, progress: @escaping (_ read: Int, _ total: Int64) -> Void
    ) throws(LogError) -> PaymentHistory {
        let key = name.key
        let partitionCount = try reader.processedPartitionCount()
        let partition = Int32(Murmur2.partition(of: key.span.bytes, count: Int(partitionCount)))
        // What was decided when this is asked has left its records before the ends that are asked for next.
        let committed = try reader.committed(partition)
        let processed = try reader.progress(of: partition)?.next ?? committed
        let outputs = ProofOutputs(
            status: try open(.status, partition, key), review: try open(.review, partition, key),
            deadLetter: try open(.deadLetter, partition, key))
        let log = try reader.bounds(.callbacks, partition)
        let setup = ProofSetup(
            partition: partition, partitionCount: partitionCount, judge: judge,
            isWholeLog: log.low == 0)
        let callbacks = reader.reader(.callbacks)
        try callbacks.open(reader.name(.callbacks, partition), from: log.low, to: log.high)
        var history = try HistoryTeller(key: key, setup, judges: judges).tell(
            callbacks, outputs, start: log.low, decided: processed ?? log.low, end: log.high
        ) { progress($0, log.high - log.low) }
        (history.recordsRead, history.bytesRead) = reader.readSoFar
        return history
    }

    private func open(_ topic: Topic, _ partition: Int32, _ key: [UInt8]) throws(LogError) -> KeyFilter {
        let bounds = try reader.bounds(topic, partition)
        let source = reader.reader(topic)
        try source.open(reader.name(topic, partition), from: bounds.low, to: bounds.high)
        return KeyFilter(source, key: key)
    }
}
