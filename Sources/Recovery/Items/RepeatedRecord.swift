// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// A callback as it is written to the callbacks topic again: key, body, receipt and timestamp of the first
/// record, so that it is decided as that one was but for what is new.
struct RepeatedRecord {
    let key: [UInt8]?
    let value: [UInt8]?
    let time: Timestamp
    private(set) var headers: [(name: [UInt8], value: [UInt8]?)] = []

    /// - Parameter dropped: headers that are not copied.
    init(_ callback: LoggedRecord, dropping dropped: [StaticString]) {
        key = callback.keyBytes.map { Array($0) }
        value = callback.valueBytes.map { Array($0) }
        time = callback.time
        for header in callback.headers
        where !dropped.contains(where: { callback.isNamed(header, $0) }) {
            headers.append(
                (Array(callback.bytes[header.name]), header.value.map { Array(callback.bytes[$0]) }))
        }
    }

    mutating func add(_ name: StaticString, _ value: String) {
        headers.append((Array("\(name)".utf8), Array(value.utf8)))
    }

    /// Gives a record processor the headers that it may believe.
    func fill(_ receipt: inout ReceiptHeaders) {
        receipt.removeAll()
        for (name, value) in headers { receipt.add(name: name.span.bytes, value: value?.span.bytes) }
    }

    static let releaseHeaders: [StaticString] = [
        RecordHeader.releasedBy, RecordHeader.releasedAt, RecordHeader.releaseReason,
        RecordHeader.releasedFrom, RecordHeader.releaseAccepts,
    ]
    static let redriveHeaders: [StaticString] = [
        RecordHeader.redrivenBy, RecordHeader.redrivenAt, RecordHeader.redrivenFrom,
        RecordHeader.redrivenAttempt,
    ]
}
