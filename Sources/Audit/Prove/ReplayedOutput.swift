// SPDX-License-Identifier: Apache-2.0
package import Payments

/// A verdict together with the bytes it speaks of, so that it outlives the processor's next call.
package struct ReplayedOutput {
    let output: RecordOutput
    /// By which check; anyone who asks again asks the same one.
    let trust: Replayer.Trust
    private let bytes: [UInt8]
    let headers: [RecordOutputHeader]

    init(_ output: RecordOutput, of processor: borrowing RecordProcessor, _ trust: Replayer.Trust) {
        self.output = output
        self.trust = trust
        bytes = processor.bytes
        headers = processor.headers
    }

    package var decision: Decision { output.decision }
    /// A dead letter only because no key of today verifies it.
    var isUnverified: Bool { decision == .deadLetter && "\(output.reason)" == "unverified" }
    package var key: ArraySlice<UInt8> { bytes[output.key.range] }
    /// The payment state after the callback; nil where it changes nothing.
    package var state: ArraySlice<UInt8>? { output.state.map { bytes[$0.range] } }

    /// The value of the record that is due for a callback; nil where it has none.
    func value(for callback: borrowing LoggedRecord) -> ArraySlice<UInt8>? {
        switch output.value {
        case .null: nil
        case .body: callback.valueBytes
        case .written(let text): bytes[text.range]
        }
    }

    /// Whether a record is the one that is due: byte for byte, except for the headers that name a schema.
    func isEqual(_ record: borrowing LoggedRecord, for callback: borrowing LoggedRecord) -> Bool {
        guard isKeyEqual(record), isValueEqual(record, callback) else { return false }
        let isIdentical =
            record.headers.count == headers.count + (record.isReplayed ? 1 : 0)
            && headers.indices.allSatisfy { isHeaderEqual(record, $0, $0) }
        return isIdentical || headerDifferences(record).isEmpty
    }

    /// The headers that name an event's schema follow from settings and not from the log. An installation may
    /// set them, or register the schema's next version, while the log goes on: they are not compared.
    private static let schemaHeaders = [RecordHeader.dataSchema, RecordHeader.schemaID]

    /// In what a record differs from the one that is due; empty where it does not.
    func differences(
        _ record: borrowing LoggedRecord, for callback: borrowing LoggedRecord
    ) -> [Fault.Difference] {
        var differences: [Fault.Difference] = []
        if !isKeyEqual(record) { differences.append(.key) }
        if !isValueEqual(record, callback) { differences.append(.value) }
        return differences + headerDifferences(record)
    }

    /// The record that is due, copied; nil where none is.
    package func derived(for callback: borrowing LoggedRecord, partition: Int32) -> DerivedOutput? {
        guard let topic = decision.topic else { return nil }
        return DerivedOutput(
            partition: partition, callback: callback.offset, decision: decision, topic: topic,
            key: key.isEmpty ? nil : Array(key), value: value(for: callback).map { Array($0) },
            headers: headers.map {
                DerivedOutput.Header(name: "\($0.name)", value: Array(bytes[$0.value.range]))
            })
    }

    private func isKeyEqual(_ record: borrowing LoggedRecord) -> Bool {
        // Where there was nothing to make a key of, the record has none.
        record.keyBytes.map { $0.elementsEqual(key) } ?? key.isEmpty
    }

    private func isValueEqual(_ record: borrowing LoggedRecord, _ callback: borrowing LoggedRecord) -> Bool {
        guard let found = record.valueBytes, let due = value(for: callback) else {
            return record.value == nil && value(for: callback) == nil
        }
        return found.elementsEqual(due)
    }

    private func isHeaderEqual(_ record: borrowing LoggedRecord, _ index: Int, _ place: Int) -> Bool {
        let found = record.headers[index]
        guard record.isNamed(found, headers[place].name), let value = found.value else { return false }
        return record.bytes[value].elementsEqual(bytes[headers[place].value.range])
    }

    private func headerDifferences(_ record: borrowing LoggedRecord) -> [Fault.Difference] {
        var unmatched = record.headers.indices.filter { index in
            !Self.schemaHeaders.contains { record.isNamed(record.headers[index], $0) }
        }
        if record.isReplayed, unmatched.last == record.headers.indices.last { unmatched.removeLast() }
        var names: [String] = []
        var isInOrder = true
        for place in headers.indices {
            let name = "\(headers[place].name)"
            if Self.schemaHeaders.contains(where: { "\($0)" == name }) { continue }
            var match = 0
            while match < unmatched.count, !isHeaderEqual(record, unmatched[match], place) { match += 1 }
            if match < unmatched.count {
                isInOrder = isInOrder && match == 0
                unmatched.remove(at: match)
            } else {
                names.append(name)
            }
        }
        for index in unmatched {
            let name = String(decoding: record.bytes[record.headers[index].name], as: UTF8.self)
            if !names.contains(name) { names.append(name) }
        }
        if names.isEmpty { return isInOrder ? [] : [.headerOrder] }
        return names.map { .header($0) }
    }
}
