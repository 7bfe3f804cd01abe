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
            return try Self.replay(
                callback, trust, &processor, receipt, partition, partitionCount, lookUp)
        case .all:
            return try Self.replay(
                callback, trust, &trustingProcessor, receipt, partition, partitionCount, lookUp)
        }
    }

    private static func replay(
        _ callback: borrowing LoggedRecord, _ trust: Trust, _ processor: inout RecordProcessor,
        _ receipt: ReceiptHeaders, _ partition: Int32, _ partitionCount: Int32,
        _ lookUp: (RawSpan, inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) -> ReplayedOutput {
        let bytes = callback.bytes.span.bytes
        var body: RawSpan?
        if let value = callback.value { body = bytes.extracting(value) }
        let output = try processor.process(
            body: body, receipt: receipt,
            position: RecordPosition(partition: partition, offset: callback.offset),
            partitionCount: partitionCount, time: callback.time, state: lookUp)
        return ReplayedOutput(output, of: processor, trust)
    }
}
