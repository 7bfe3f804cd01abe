// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// One check with a table of states, fed record by record: what a worker does, without Kafka.
struct ProcessedLog {
    /// What came of one record, taken out of the processor's buffers.
    struct Result {
        var output: RecordOutput
        var key: String
        var value: [UInt8]?
        var headers: [(name: String, value: String)]

        var text: String { String(decoding: value ?? [], as: UTF8.self) }

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    var processor: RecordProcessor
    var partitionCount: Int32 = 1
    private(set) var states: [String: [UInt8]] = [:]
    private var offset: Int64 = 0

    init(settings: ProcessorSettings = ProcessorSettings(verification: .never), keys: KeyRing? = nil) {
        processor = RecordProcessor(settings: settings, keys: keys)
    }

    /// - Parameter time: the record's timestamp in milliseconds.
    mutating func send(
        _ body: [UInt8]?, headers: [(String, String?)] = [], partition: Int32 = 0, at time: Int64
    ) throws(PaymentStateError) -> Result {
        var receipt = ReceiptHeaders()
        for (name, value) in headers { receipt.add(name, value) }
        let position = RecordPosition(partition: partition, offset: offset)
        offset += 1
        let known = states
        let lookUp = { (key: RawSpan, state: inout [UInt8]) throws(PaymentStateError) -> Bool in
            guard let found = known[String(bytes: key)] else { return false }
            state.append(contentsOf: found)
            return true
        }
        let timestamp = Timestamp(milliseconds: time)
        let output: RecordOutput
        if let body {
            output = try processor.process(
                body: body.span.bytes, receipt: receipt, position: position, partitionCount: partitionCount,
                time: timestamp, state: lookUp)
        } else {
            output = try processor.process(
                body: nil, receipt: receipt, position: position, partitionCount: partitionCount,
                time: timestamp, state: lookUp)
        }
        let result = take(output, body)
        if let state = output.state { states[result.key] = Array(processor.bytes[state.range]) }
        return result
    }

    mutating func send(
        _ body: String, headers: [(String, String?)] = [], partition: Int32 = 0, at time: Int64
    ) throws(PaymentStateError) -> Result {
        try send(Array(body.utf8), headers: headers, partition: partition, at: time)
    }

    private func take(_ output: RecordOutput, _ body: [UInt8]?) -> Result {
        let text = { (text: ByteRange) in String(decoding: processor.bytes[text.range], as: UTF8.self) }
        let value: [UInt8]? =
            switch output.value {
            case .null: nil
            case .body: body
            case .written(let written): Array(processor.bytes[written.range])
            }
        return Result(
            output: output, key: text(output.key), value: value,
            headers: processor.headers.map { ("\($0.name)", text($0.value)) })
    }
}

extension ReceiptHeaders {
    mutating func add(_ name: String, _ value: String?) {
        let name = Array(name.utf8)
        if let value {
            let value = Array(value.utf8)
            add(name: name.span.bytes, value: value.span.bytes)
        } else {
            add(name: name.span.bytes, value: nil)
        }
    }
}

extension String {
    init(bytes: RawSpan) {
        self = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
