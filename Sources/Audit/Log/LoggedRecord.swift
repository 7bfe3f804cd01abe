// SPDX-License-Identifier: Apache-2.0
public import Payments

/// A record copied out of a topic, in one piece of storage: what is compared is held a while, and must not
/// keep the buffers of a whole fetch alive.
public struct LoggedRecord: Sendable, Equatable {
    /// A header's name and value as ranges of the record's bytes; a value may be absent.
    public struct Header: Sendable, Equatable {
        public var name: Range<Int>
        public var value: Range<Int>?
    }

    public var offset: Int64
    /// The record's Kafka timestamp.
    public var time: Timestamp
    /// Key, value and headers, one behind the other.
    public private(set) var bytes: [UInt8] = []
    /// Nil where the record has none, which is not the same as an empty one.
    public private(set) var key: Range<Int>?
    public private(set) var value: Range<Int>?
    /// In the order they were written.
    public private(set) var headers: [Header] = []

    /// A record without headers, which `addHeader` gives it one by one.
    public init(offset: Int64, time: Timestamp, key: RawSpan?, value: RawSpan?) {
        self.offset = offset
        self.time = time
        bytes.reserveCapacity((key?.byteCount ?? 0) + (value?.byteCount ?? 0))
        self.key = keep(key)
        self.value = keep(value)
    }

    /// Takes the record's next header; one without a value is not one with an empty value.
    public mutating func addHeader(_ name: RawSpan, _ value: RawSpan?) {
        let name = keep(name) ?? 0..<0
        headers.append(Header(name: name, value: keep(value)))
    }

    public var keyBytes: ArraySlice<UInt8>? { key.map { bytes[$0] } }
    public var valueBytes: ArraySlice<UInt8>? { value.map { bytes[$0] } }

    /// The value of the last header of that name: nil where there is none, or where it has no value.
    public func header(_ name: StaticString) -> ArraySlice<UInt8>? {
        headers.last { isNamed($0, name) }?.value.map { bytes[$0] }
    }

    package func isNamed(_ header: Header, _ name: StaticString) -> Bool {
        bytes[header.name].elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    private mutating func keep(_ span: RawSpan?) -> Range<Int>? {
        guard let span else { return nil }
        let start = bytes.count
        span.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }
}

extension LoggedRecord {
    /// Whether any of our ingresses says it verified this callback.
    package var hasReceipt: Bool { headers.contains { isNamed($0, Receipt.Header.receivedAt) } }

    /// Gives the record processor the headers it may believe.
    package func fill(_ receipt: inout ReceiptHeaders) {
        receipt.removeAll()
        let bytes = bytes.span.bytes
        for header in headers {
            let name = bytes.extracting(header.name)
            if let value = header.value {
                receipt.add(name: name, value: bytes.extracting(value))
            } else {
                receipt.add(name: name, value: nil)
            }
        }
    }
}

/// What headers say.
extension LoggedRecord {
    package func text(of name: StaticString) -> String? {
        header(name).flatMap { String(validating: $0, as: UTF8.self) }
    }

    package func number(of name: StaticString) -> Int64? { text(of: name).flatMap { Int64($0) } }

    package func time(of name: StaticString) -> Timestamp? {
        header(name).flatMap { Timestamp(Array($0).span.bytes) }
    }

    /// By which rule the receipt says that the body was verified.
    package var signatureRule: SignatureRule {
        let name = text(of: Receipt.Header.rule)
        return SignatureRule.allCases.first { "\($0.name)" == name } ?? .natural
    }
}
