// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// The headers of a record about to be produced, copied from the caller's bytes once, in `add`.
///
/// Given to `produceva` one by one, headers are freed twice when the partition does not exist (librdkafka
/// #4628): so they are collected in a list of librdkafka's, which is ours until the record was taken.
public struct RecordHeaders: ~Copyable {
    private var list: OpaquePointer?

    /// No headers; costs nothing until the first is added.
    public init() {}

    deinit {
        if let list { rd_kafka_headers_destroy(list) }
    }

    public mutating func add(_ name: StaticString, _ value: RawSpan) {
        add(UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount, value)
    }

    /// For tools and tests that copy headers whose names they do not know. `value` nil: a header without one.
    public mutating func add(name: RawSpan, value: RawSpan?) {
        name.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            add(start, bytes.count, value)
        }
    }

    private mutating func add(_ name: UnsafeRawPointer, _ length: Int, _ value: RawSpan?) {
        let list = list ?? rd_kafka_headers_new(8)
        self.list = list
        withBytes(of: value) { value, valueLength in
            _ = rd_kafka_header_add(
                list, name.assumingMemoryBound(to: CChar.self), length, value, valueLength)
        }
    }

    /// What librdkafka is offered; it is its own once it has taken the record.
    var offered: OpaquePointer? { list }

    mutating func wereTaken() { list = nil }
}
