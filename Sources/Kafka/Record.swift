// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Glibc

/// A record in a batch. Nothing of it is copied; it cannot outlive the batch's next change.
public struct Record: ~Escapable {
    private let message: UnsafeMutablePointer<rd_kafka_message_t>

    @_lifetime(immortal)
    init(message: UnsafeMutablePointer<rd_kafka_message_t>) {
        self.message = message
    }

    public var partition: Int32 { message.pointee.partition }
    public var offset: Int64 { message.pointee.offset }

    /// Milliseconds since 1970, UTC, or nil where the record carries none.
    public var timestamp: Int64? {
        let timestamp = rd_kafka_message_timestamp(message, nil)
        return timestamp < 0 ? nil : timestamp
    }

    /// Nil where the record has no key, which is not the same as an empty one.
    public var key: RawSpan? {
        @_lifetime(copy self)
        get { span(message.pointee.key, message.pointee.key_len) }
    }

    /// Nil for a tombstone, which is not the same as an empty value.
    public var value: RawSpan? {
        @_lifetime(copy self)
        get { span(message.pointee.payload, message.pointee.len) }
    }

    /// The headers in the order they were written, parsed again at each look.
    public var headers: Headers {
        @_lifetime(copy self)
        get {
            // Detached, so that their memory is free again as soon as they were read: kept until the batch is
            // emptied, a few thousand records' headers cost the worker 5 % more.
            var list: OpaquePointer?
            rd_kafka_message_detach_headers(message, &list)
            return _overrideLifetime(Headers(list: list), copying: self)
        }
    }

    @_lifetime(copy self)
    private func span(_ start: UnsafeMutableRawPointer?, _ length: Int) -> RawSpan? {
        guard let start else { return nil }
        return _overrideLifetime(RawSpan(_unsafeStart: start, byteCount: length), copying: self)
    }
}

extension Record {
    /// The headers of one record.
    public struct Headers: ~Copyable, ~Escapable {
        private let list: OpaquePointer?
        public let count: Int

        @_lifetime(immortal)
        init(list: OpaquePointer?) {
            self.list = list
            count = list.map { rd_kafka_header_cnt($0) } ?? 0
        }

        deinit {
            if let list { rd_kafka_headers_destroy(list) }
        }

        /// The header at `index`, from 0.
        public subscript(index: Int) -> Header {
            @_lifetime(borrow self)
            get {
                var name: UnsafePointer<CChar>?
                var value: UnsafeRawPointer?
                var length = 0
                let code = rd_kafka_header_get_all(list, index, &name, &value, &length)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let name else {
                    preconditionFailure("A header is asked for within the record's headers.")
                }
                return _overrideLifetime(
                    Header(name: name, value: value, length: length), borrowing: self)
            }
        }

        /// The value of the last header of that name: nil where there is none, or where it has no value.
        @_lifetime(borrow self)
        public func last(named name: StaticString) -> RawSpan? {
            var value: UnsafeRawPointer?
            var length = 0
            let start = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
            guard let list,
                rd_kafka_header_get_last(list, start, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR,
                let value
            else { return nil }
            return _overrideLifetime(RawSpan(_unsafeStart: value, byteCount: length), borrowing: self)
        }
    }

    /// A name and a value that may be absent.
    public struct Header: ~Escapable {
        private let nameStart: UnsafePointer<CChar>
        private let valueStart: UnsafeRawPointer?
        private let valueLength: Int

        @_lifetime(immortal)
        init(name: UnsafePointer<CChar>, value: UnsafeRawPointer?, length: Int) {
            nameStart = name
            valueStart = value
            valueLength = length
        }

        public var name: RawSpan {
            @_lifetime(copy self)
            get {
                let span = RawSpan(_unsafeStart: nameStart, byteCount: strlen(nameStart))
                return _overrideLifetime(span, copying: self)
            }
        }

        public var value: RawSpan? {
            @_lifetime(copy self)
            get {
                guard let valueStart else { return nil }
                return _overrideLifetime(
                    RawSpan(_unsafeStart: valueStart, byteCount: valueLength), copying: self)
            }
        }
    }
}
