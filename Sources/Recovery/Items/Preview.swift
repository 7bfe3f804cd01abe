// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
public import Payments

/// What a worker would make of a callback if it were written to the callbacks topic now.
///
/// It is what the workers will make of it, unless other callbacks of the payment are decided before it.
public struct Preview: Sendable {
    public var decision: Decision
    /// The rule or the error that would hold it back; else the decision's name.
    public var reason: String
    /// What it would be held for, where it would be held for review.
    public var findings: [ReviewFinding]
    /// The event as JSON, where there would be one.
    public var event: [UInt8]?
}

/// Derives previews with the workers' own code.
struct Previewer {
    private var settings: ItemSettings
    private let reader: TopicReader

    init(_ items: ItemReader) {
        settings = items.settings
        settings.processor.encoding = .json
        reader = items.reader
    }

    /// - Parameter state: of its payment; nil where none is known.
    func preview(
        _ record: RepeatedRecord, in partition: Int32, state: [UInt8]?
    ) throws(RecoveryError) -> Preview {
        let position: RecordPosition
        let partitionCount: Int32
        do throws(TopicReadError) {
            partitionCount = try reader.processedPartitionCount()
            position = RecordPosition(
                partition: partition, offset: try reader.bounds(.callbacks, partition).high)
        } catch {
            throw .reading(error)
        }
        var processor = settings.makeProcessor(settings.processor)
        var receipt = ReceiptHeaders()
        record.fill(&receipt)
        do throws(PaymentStateError) {
            let output = try processor.process(
                body: record.value?.span.bytes, receipt: receipt, position: position,
                partitionCount: partitionCount, time: record.time
            ) { (_, found) throws(PaymentStateError) in
                guard let state else { return false }
                found.append(contentsOf: state)
                return true
            }
            return Preview(output, of: processor)
        } catch {
            throw .refused("the changelog's state of the payment cannot be read: \(error)")
        }
    }
}

extension Preview {
    fileprivate init(_ output: RecordOutput, of processor: borrowing RecordProcessor) {
        decision = output.decision
        reason = "\(output.reason)"
        findings = []
        if output.decision.topic == .status, case .written(let event) = output.value {
            self.event = Array(processor.bytes[event.range])
        }
        guard output.decision.topic == .review else { return }
        findings = ReviewFinding.findings(
            of: output.decision,
            in: processor.headers.map { header in
                ("\(header.name)", String(decoding: processor.bytes[header.value.range], as: UTF8.self))
            })
    }
}
