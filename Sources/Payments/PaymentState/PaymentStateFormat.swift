// SPDX-License-Identifier: Apache-2.0

/// The bytes of a payment state, format 2. Every number but the version, the flags and the hashes is a
/// variable-length one (seven bits a byte, the lowest first, the high bit set on all but the last); *signed*
/// ones are zigzag-encoded first. Times are milliseconds; most are written as how long before another they
/// are.
///
///     byte      version, 2
///     byte      what is there: 1 as of, 2 mark, 4 latest status of forgotten operations, 8 another of
///               them for the sum
///     number    revision
///     signed    changed at
///     signed    last published as_of, before changed at                     (1)
///     signed    mark, before changed at                                     (2)
///     latest status of forgotten operations, and the one for the sum        (4, 8)
///       signed    date, before changed at;    signed  operation id
///       byte      1 final, 2 a sum;           status  of the payment
///       money     sum                         (2)
///       text      type;                       text    method
///     number    how many operations; each:
///       signed    id
///       signed    its last change, before changed at
///       signed    its newest date, before its last change
///       byte      newest published: 1 final, 2 other, 4 unknown; 8 closed, 16 mark
///       signed    its mark, before its newest date                          (16)
///       its newest published callbacks, in that order; each:
///         signed    date, before the operation's newest
///         byte      1 initial, 2 converted, 4 payment, 8 real, 16 refund sum; 32 a request id; 64 payment status,
///                   128 payment sum from the callback before
///         16 bytes  fingerprint
///         status    of the operation;         status  of the payment
///         money     those sums that are there
///         8 bytes   hash of the request id, little-endian                   (32)
///         text      type of the payment;      text    its method
///       number    how many callbacks are remembered; each, in the order of their events:
///         number    0, or 1 to 3: its fingerprint is that of the newest published final, other, unknown
///         16 bytes  fingerprint                                             (0)
///         signed    its newest date, before the operation's newest
///     number    how many undated; each:
///       16 bytes  fingerprint;                signed  its record time, before changed at
///     4 bytes   checksum of all before, little-endian
///
///     status    a byte, its code; 0 is one that the table does not have: then its length and its spelling
///     text      a length of 0 repeats the type, method or currency before it; a length of n is n − 1 bytes
///     money     signed amount; its currency, a text
enum PaymentStateFormat {
    static let version: UInt8 = 2

    /// More of anything was never written: refused before room is made for it.
    static let mostOperations = DeduplicationSettings.operationCounts.upperBound
    static let mostSeen = DeduplicationSettings.fingerprintCounts.upperBound
    static let mostUndated = DeduplicationSettings.undatedCounts.upperBound

    enum Head {
        static let asOf: UInt8 = 1
        static let mark: UInt8 = 2
        static let forgottenLatest: UInt8 = 4
        static let forgottenSum: UInt8 = 8
        static let all: UInt8 = 15
    }

    enum Latest {
        static let isFinal: UInt8 = 1
        static let sum: UInt8 = 2
        static let all: UInt8 = 3
    }

    enum Operation {
        /// Of the slot with the raw value 0; the others follow.
        static let published: UInt8 = 1
        static let anyPublished: UInt8 = 7
        static let isClosed: UInt8 = 8
        static let mark: UInt8 = 16
        static let all: UInt8 = 31
    }

    enum Published {
        static let initial: UInt8 = 1
        static let converted: UInt8 = 2
        static let payment: UInt8 = 4
        static let real: UInt8 = 8
        static let refund: UInt8 = 16
        static let request: UInt8 = 32
        static let inheritedStatus: UInt8 = 64
        static let inheritedSum: UInt8 = 128
    }

    /// Texts that often repeat the one before them.
    enum Repeated: Int, CaseIterable {
        case currency, type, method
    }

    /// Finds damage, not malice. It is the only check of the payment states that a restore reads: tools may
    /// write the changelog, librdkafka checks the CRC of Kafka's batches only with `check.crcs`, and the
    /// checksums of the state store begin after that. Eight bytes at a time: 60 ns for 300 bytes. A part of
    /// format 2, so another function would need another format.
    static func checksum(_ bytes: RawSpan) -> UInt32 {
        var sum: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.byteCount)
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            let word = UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            sum = mixed(sum ^ word)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.byteCount {
            rest = rest << 8 | UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        // Once more for the last word: one round spreads its high bits to few others.
        return UInt32(truncatingIfNeeded: mixed(mixed(sum ^ rest)) >> 32)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = word &* 0xff51_afd7_ed55_8ccd
        return product ^ product >> 32
    }
}
