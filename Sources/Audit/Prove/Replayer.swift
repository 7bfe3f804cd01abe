// SPDX-License-Identifier: Apache-2.0
package import Payments

/// Checks callbacks again, with the worker's own code.
package struct Replayer {
    /// How far the signatures are believed.
    package enum Trust {
        /// As the worker is set, with today's keys.
        case configured
        /// Whatever was written: the keys of the day may be gone.
        case all
    }

    private var processor: RecordProcessor
    private var trustingProcessor: RecordProcessor
    private var receipt = ReceiptHeaders()
    private let partition: Int32
    private let partitionCount: Int32

    /// - Parameter checks: makes a record processor of these settings, with the keys that there are.
    package init(
        _ settings: ProcessorSettings, partition: Int32, partitionCount: Int32,
        makeProcessor: (ProcessorSettings) -> RecordProcessor
    ) {
        processor = makeProcessor(settings)
        var trusting = settings
        trusting.verification = .never
        trustingProcessor = makeProcessor(trusting)
        self.partition = partition
        self.partitionCount = partitionCount
    }

    /// - Parameter lookUp: as the processor's; it is not called where a decision needs no payment state.
    package mutating func replay(
        _ callback: borrowing LoggedRecord, _ trust: Trust,
        state lookUp: (RawSpan, inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) -> ReplayedOutput {
        callback.fill(&receipt)
        switch trust {
        case .configured:
            let output = try Self.replay(
                callback, &processor, receipt, position(of: callback), partitionCount, lookUp)
            return ReplayedOutput(output, of: processor, trust)
        case .all:
            let output = try Self.replay(
                callback, &trustingProcessor, receipt, position(of: callback), partitionCount, lookUp)
            return ReplayedOutput(output, of: trustingProcessor, trust)
        }
    }

    private func position(of callback: borrowing LoggedRecord) -> RecordPosition {
        RecordPosition(partition: partition, offset: callback.offset)
    }

    private static func replay(
        _ callback: borrowing LoggedRecord, _ processor: inout RecordProcessor, _ receipt: ReceiptHeaders,
        _ position: RecordPosition, _ partitionCount: Int32,
        _ lookUp: (RawSpan, inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) -> RecordOutput {
        guard let value = callback.value else {
            return try processor.process(
                body: nil, receipt: receipt, position: position, partitionCount: partitionCount,
                time: callback.time, state: lookUp)
        }
        return try processor.process(
            body: callback.bytes.span.bytes.extracting(value), receipt: receipt, position: position,
            partitionCount: partitionCount, time: callback.time, state: lookUp)
    }
}
