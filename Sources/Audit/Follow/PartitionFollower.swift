// SPDX-License-Identifier: Apache-2.0
internal import Kafka
package import Payments
internal import StateStore

/// Derives again what the callbacks of one partition lead to, beside the workers and as far as they have
/// come, and compares it with what they published.
///
/// It begins with the workers' progress and the payment states that they have there. From then on it has
/// separate states: what it derives at each callback follows from the rules and settings of this process.
/// Confined to the thread of its reader.
package final class PartitionFollower {
    package enum Step: Sendable, Equatable {
        /// The workers have processed nothing new.
        case idle
        case advanced
        /// The workers no longer go on from where this is: begin again.
        case overtaken
    }

    /// What it derives with, and where its findings go.
    package struct Setup {
        package var processor: ProcessorSettings
        /// Where the scratch store is; nil means the system's folder for temporary files.
        package var scratch: String?
        package var makeProcessor: (ProcessorSettings) -> RecordProcessor
        package var fault: (Fault) -> Void
        package var output: (OutputFault) -> Void

        package init(
            processor: ProcessorSettings, scratch: String?,
            makeProcessor: @escaping (ProcessorSettings) -> RecordProcessor,
            fault: @escaping (Fault) -> Void, output: @escaping (OutputFault) -> Void
        ) {
            self.processor = processor
            self.scratch = scratch
            self.makeProcessor = makeProcessor
            self.fault = fault
            self.output = output
        }
    }

    /// Callbacks of one step, so that the partitions of a thread take turns.
    private static let stepLimit: Int64 = 10_000

    private let reader: TopicReader
    private let partition: Int32
    private let scratch: Scratch
    private let sources: [Topic: FollowedSource]
    private let proof: PartitionProof<FollowedSource, LMDBStore>
    private var progress: PartitionProgress
    private var changelogEnd: Int64
    private var hasPassedEarlier = false
    /// The offset of the next callback.
    package private(set) var position: Int64

    /// What became of the callbacks since it began.
    package var account: Account { proof.account }

    /// Offsets that the workers have processed and this has not.
    package var lag: Int64 { max(0, progress.next - position) }

    /// Takes up the partition where the workers are; nil where they have not begun it.
    package init?(_ partition: Int32, of reader: TopicReader, _ setup: Setup) throws(TopicReadError) {
        guard let begun = try reader.progress(of: partition) else { return nil }
        self.reader = reader
        self.partition = partition
        // Before the changelog is read: outputs of callbacks behind the progress found there are behind these
        // offsets, also those of transactions that are open now.
        var sources: [Topic: FollowedSource] = [:]
        for topic in Topic.outputs {
            sources[topic] = FollowedSource(
                reader.reader(topic), reader.name(topic, partition),
                from: try reader.stableEnd(topic, partition))
        }
        guard let status = sources[.status], let review = sources[.review],
            let deadLetter = sources[.deadLetter]
        else { return nil }
        self.sources = sources
        scratch = try Scratch(in: setup.scratch)
        proof = PartitionProof(
            ProofSetup(
                partition: partition, partitionCount: begun.partitionCount, processor: setup.processor,
                isWholeLog: true),
            outputs: ProofOutputs(status: status, review: review, deadLetter: deadLetter),
            scratch: try scratch.store(partition: partition), makeProcessor: setup.makeProcessor,
            fault: setup.fault, output: setup.output)
        // Up to here: a transaction that is committed while its records are read would be read in part, its
        // progress without all of its payments.
        changelogEnd = try reader.stableEnd(.changelog, partition)
        progress = begun
        position = begun.next
        try restore()
        position = progress.next
    }

    /// Reads the payment states of the workers, and the progress that they belong to.
    private func restore() throws(TopicReadError) {
        let start = try reader.bounds(.changelog, partition).low
        let source = try reader.open(.changelog, partition, from: start, to: changelogEnd)
        while let record = try source.next() {
            guard let key = record.key else { continue }
            let bytes = record.bytes.span.bytes
            guard PartitionProgress.isKey(bytes.extracting(key)) else {
                try proof.begin(bytes.extracting(key), with: record.valueBytes)
                continue
            }
            guard let value = record.value else { continue }
            do throws(ProgressError) {
                progress = try PartitionProgress(decoding: bytes.extracting(value))
            } catch {
                throw .progress(error, partition: partition)
            }
        }
    }

    /// Goes on to where the workers are now, or a part of the way.
    ///
    /// - Parameter isStopped: is asked at each callback; `stopped` is thrown where it is true.
    package func advance(isStopped: () -> Bool) throws(TopicReadError) -> Step {
        try readProgress()
        guard isContinued else { return .overtaken }
        guard progress.next > position else { return .idle }
        let log = try reader.bounds(.callbacks, partition)
        guard log.low <= position, progress.next <= log.high else { return .overtaken }
        // After the progress was read: the outputs of all that it covers are before these ends.
        for topic in Topic.outputs { sources[topic]?.extend(to: try reader.bounds(topic, partition).high) }
        proof.resume()
        if !hasPassedEarlier {
            try proof.skip(before: position)
            hasPassedEarlier = true
        }
        let end = min(progress.next, position + Self.stepLimit)
        let callbacks = try reader.open(.callbacks, partition, from: position, to: end)
        while let callback = try callbacks.next() {
            if isStopped() { throw .stopped }
            if isSkipped(callback.offset) { proof.skip(callback) } else { try proof.replay(callback) }
            position = callback.offset + 1
        }
        position = end
        try proof.settle(before: end)
        return .advanced
    }

    private func readProgress() throws(TopicReadError) {
        let end = try reader.bounds(.changelog, partition).high
        guard end != changelogEnd else { return }
        if let found = try reader.progress(of: partition) { progress = found }
        changelogEnd = end
    }

    /// Whether the workers went on from here: an operator may have had them start elsewhere.
    private var isContinued: Bool {
        progress.next >= position && progress.partitionCount == proof.setup.partitionCount
            && !progress.gaps.contains { $0.cause == .lost && $0.to > position }
    }

    private func isSkipped(_ offset: Int64) -> Bool {
        progress.gaps.contains { $0.cause == .skipped && $0.from <= offset && offset < $0.to }
    }
}
