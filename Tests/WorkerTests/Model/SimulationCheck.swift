// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore
import Telemetry
import Worker

/// What must be true after a run: everything that a reader can see is what one record processor makes of the
/// log in one go.
struct SimulationCheck {
    private let simulation: Simulation
    private let broker: ModelBroker

    init(_ simulation: Simulation) {
        self.simulation = simulation
        broker = simulation.broker
    }

    /// The first invariant that does not hold; nil if all do.
    func fault() -> String? {
        for process in simulation.processes where process.isOver && !process.hadRival {
            return "slot \(process.slot) ended without a rival"
        }
        if simulation.resets == 0, simulation.telemetry.progress.recommittedOffsets.value > 0 {
            return "a committed offset was taken for reset, and was not moved"
        }
        for partition in 0..<broker.partitionCount {
            if let fault = fault(in: partition) { return "partition \(partition): \(fault)" }
        }
        return nil
    }

    private func fault(in partition: Int32) -> String? {
        let expected = Expectation(broker, partition)
        for topic in [Topic.status, .review, .deadLetter] {
            let found = broker.partition(topic, partition).committed
            let wanted = expected.records[topic.rawValue]
            guard found != wanted else { continue }
            let place = zip(found, wanted).enumerated().first { $1.0 != $1.1 }?.offset
            return "\(topic): \(found.count) records are seen, \(wanted.count) expected, "
                + "the first that differs is \(place ?? min(found.count, wanted.count))"
        }
        var states: [[UInt8]: [UInt8]] = [:]
        for record in broker.partition(.changelog, partition).committed {
            if let key = record.key { states[key] = record.value }
        }
        let progress = states.removeValue(forKey: PartitionProgress.key)
        if let fault = self.fault(of: progress, in: partition) { return fault }
        if expired(states, expected.time) != expired(expected.states, expected.time) {
            return "the changelog is not the state that the log gives"
        }
        for process in simulation.processes {
            guard !process.isOver, let session = process.session, session.generation != nil,
                session.positions[partition] != nil
            else { continue }
            var store = process.storage(partition).contents
            if store.removeValue(forKey: PartitionProgress.key) != progress {
                return "the store of slot \(process.slot) has another progress than the changelog"
            }
            if store != states { return "the store of slot \(process.slot) is not the changelog" }
        }
        return nil
    }

    /// The progress is the end of the callbacks, and so is what the group has committed.
    private func fault(of bytes: [UInt8]?, in partition: Int32) -> String? {
        let end = Int64(broker.partition(.callbacks, partition).end)
        guard let bytes, let progress = try? PartitionProgress(decoding: bytes.span.bytes) else {
            // Of a partition that nobody has begun yet there is none.
            return end == 0 ? nil : "there is no progress"
        }
        if progress.next != end { return "the progress is \(progress.next), the callbacks end at \(end)" }
        if !progress.gaps.isEmpty { return "the progress has gaps" }
        let committed = broker.offsets[partition]
        let wanted = CommittedPosition(
            offset: end, metadata: OffsetMetadata(partitionCount: broker.partitionCount))
        return committed == wanted ? nil : "the committed offset is not the progress"
    }

    /// The states as they count: what has expired counts as forgotten, swept or not.
    private func expired(_ states: [[UInt8]: [UInt8]], _ time: Timestamp) -> [[UInt8]: [UInt8]] {
        states.compactMapValues { bytes in
            var state = PaymentState()
            var encoded: [UInt8] = []
            do throws(PaymentStateError) {
                try state.decode(bytes.span.bytes)
            } catch {
                return Array("unreadable".utf8)
            }
            if state.expire(at: time, settings: .standard) == .removed { return nil }
            state.encode(into: &encoded)
            return encoded
        }
    }
}

/// What one record processor makes of a partition's callbacks, one after the other, with nothing in between.
struct Expectation {
    /// By topic.
    private(set) var records: [[ModelRecord]] = Topic.allCases.map { _ in [] }
    private(set) var states: [[UInt8]: [UInt8]] = [:]
    private(set) var time = Timestamp(milliseconds: 0)

    init(_ broker: ModelBroker, _ partition: Int32) {
        var processor = RecordProcessor(settings: Simulation.processorSettings, keys: nil)
        for (offset, entry) in broker.partition(.callbacks, partition).entries.enumerated() {
            guard case .record(let record, _) = entry else { continue }
            time = max(time, Timestamp(milliseconds: record.time))
            let position = RecordPosition(partition: partition, offset: Int64(offset))
            let states = self.states
            let output = record.processed(by: &processor, at: position, of: broker.partitionCount) {
                key, state in
                guard let found = states[key.withUnsafeBytes { Array($0) }] else { return false }
                state = found
                return true
            }
            if let topic = output.decision.topic {
                records[topic.rawValue].append(ModelRecord(output, of: processor, body: record.value))
            }
            if let state = output.state {
                self.states[Array(processor.bytes[output.key.range])] = Array(processor.bytes[state.range])
            }
        }
    }
}
