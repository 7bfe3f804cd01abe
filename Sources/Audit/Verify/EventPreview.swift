// SPDX-License-Identifier: Apache-2.0
import Payments

/// The event that a callback would become if it were the first of its operation and were received at its own
/// date. Made by the worker's own check, on an empty payment state, as a record without a receipt.
///
/// A callback that reports no date is received at the beginning of 1970, so that the same body gives the same
/// event.
struct EventPreview {
    private let settings: ProcessorSettings
    private var ring: (secret: [UInt8], projectID: Int64)?
    private var processor: RecordProcessor

    init(limits: JSONLimits, topics: TopicNames) {
        // The signature decides by which rule the body is read, as it does in the worker.
        settings = ProcessorSettings(limits: limits, verification: .always, topics: topics)
        processor = RecordProcessor(settings: settings, keys: nil)
    }

    /// The event as JSON; nil where none would be published.
    mutating func event(of body: RawSpan, callback: Callback, secret: [UInt8]) -> ArraySlice<UInt8>? {
        let output = output(on: body, callback: callback, secret: secret)
        guard output?.decision.topic == .status, case .written(let event) = output?.value else {
            return nil
        }
        return processor.bytes[event.range]
    }

    private mutating func output(on body: RawSpan, callback: Callback, secret: [UInt8]) -> RecordOutput? {
        if ring == nil || ring?.secret != secret || ring?.projectID != callback.projectID {
            guard let key = try? SigningKey(id: "given", secret: secret),
                let keys = try? KeyRing([KeyRing.Project(id: callback.projectID, keys: [key])])
            else { return nil }
            processor.keys = keys
            ring = (secret, callback.projectID)
        }
        return try? processor.process(
            body: body, receipt: ReceiptHeaders(),
            position: RecordPosition(partition: 0, offset: 0), partitionCount: 1,
            time: callback.operation.date
        ) { _, _ throws(PaymentStateError) in false }
    }
}
