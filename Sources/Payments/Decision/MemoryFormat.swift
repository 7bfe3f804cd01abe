/// The bytes of a payment's memory, version 1. Every number but the first and last is a variable-length one (seven bits a
/// byte, the lowest first, the high bit set on all but the last); *signed* ones are zigzag-encoded first. Times are
/// milliseconds; most are told as how long before another they were.
///
///     byte      version, 1
///     byte      what is there: 1 truth, 2 its status has a rank of its own, 4 its sum is there, 8 that has a rank
///               of its own, 16 mark, 32 its operation was final
///     number    revision
///     signed    changed at
///     signed    mark, before changed at                                     (16)
///     truth                                                                 (1)
///       signed    as of, before changed at;   signed  operation id
///       status    the payment's status;       rank    of the status         (2)
///       text      type;                       text    method
///       money     sum                         (4);    rank  of the sum      (8)
///     number    how many operations; each:
///       signed    id
///       signed    its last change, before changed at
///       signed    its newest date, before its last change
///       signed    the date of what was last told, before its newest
///       byte      1 initial sum, 2 converted sum, 4 payment sum, 8 final, 16 a request id
///       status    of the operation;           status  of the payment
///       money     those sums that are there
///       8 bytes   hash of the request id, little-endian                     (16)
///       number    how many callbacks are known; each, the last one being what was last told:
///         16 bytes  fingerprint;              signed  its date, before the operation's newest
///     number    how many undated; each:
///       16 bytes  fingerprint;                signed  its record time, before changed at
///     4 bytes   checksum of all before, little-endian
///
///     text      number of bytes, and the bytes
///     status    a byte, its code; 0 is one that the table does not have: then its spelling, a text
///     money     signed amount; its currency, a text, where a length of 0 repeats the currency before it, and a
///               length of n is n − 1 bytes
///     rank      signed date, before the truth's;   byte  1 final;   signed  operation id
enum MemoryFormat {
    static let version: UInt8 = 1

    /// More of anything was never written: refused before room is made for it.
    static let mostOperations = 1024
    static let mostKnown = 64
    static let mostUndated = 1024

    enum Head {
        static let truth: UInt8 = 1
        static let statusRank: UInt8 = 2
        static let sum: UInt8 = 4
        static let sumRank: UInt8 = 8
        static let mark: UInt8 = 16
        static let isFinal: UInt8 = 32
        static let all: UInt8 = 63
    }

    enum Detail {
        static let initial: UInt8 = 1
        static let converted: UInt8 = 2
        static let payment: UInt8 = 4
        static let isFinal: UInt8 = 8
        static let request: UInt8 = 16
        static let all: UInt8 = 31
    }

    /// Finds damage, not malice: Kafka's batches carry a CRC, but the local table's pages do not. Eight bytes at a
    /// time, because it is computed for every record.
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
        // Once more for the word that came last: one round spreads its high bits to few others.
        return UInt32(truncatingIfNeeded: mixed(mixed(sum ^ rest)) >> 32)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = word &* 0xff51_afd7_ed55_8ccd
        return product ^ product >> 32
    }
}
