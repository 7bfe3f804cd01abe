// SPDX-License-Identifier: Apache-2.0

/// What the audit knows of one payment between two of its callbacks, as it is in the scratch store.
///
///     byte       kind
///     byte       what the changelog says
///     byte       1 the workers may know more of it, 2 callbacks of it are behind the range, 4 it is assumed
///                to have no history before the range
///     8 bytes    revision in the changelog
///     2 bytes    how many callbacks are in doubt
///     2 bytes    how many of them are listed; 16 bytes each: offset, time
///     the rest   the payment state, as the worker encodes it
///
/// Numbers are little-endian.
struct PaymentAuditRecord: Equatable {
    enum Kind: UInt8 {
        /// Its whole history is in the range: every record of it is known beforehand.
        case whole
        /// It may have a history before the range, and no event of it was met yet.
        case unknown
        /// It has a history before the range, and was taken up at its first event.
        case resumed
        /// Only the changelog knows it.
        case stranger
    }

    enum Changelog: UInt8 {
        case unseen
        case agrees
        case differs
        /// There is none, or nothing of it that has not had its time.
        case empty
    }

    /// A callback that should have reported something and did not, as far as is known.
    struct Doubt: Equatable {
        var offset: Int64
        var time: Int64
    }

    private static let mostDoubts = 16
    private static let headSize = 15

    var kind: Kind
    var changelog = Changelog.unseen
    var changelogRevision: Int64 = 0
    /// How many callbacks are in doubt, and the first of them.
    private(set) var doubtCount: UInt16 = 0
    private(set) var doubts: [Doubt] = []
    /// The workers may know more of its operations than the range reports: a callback that reports nothing
    /// may be a copy.
    var isIncomplete = false
    /// Callbacks behind the range may have changed what the changelog remembers.
    var isMoving = false
    /// Its first event in the range is missing, and no history before the range is known. It is checked as if
    /// there were none, until an event or the changelog shows whether that is right.
    var isAssumedNew = false
    /// Empty where there is nothing to remember.
    var state: [UInt8] = []

    init(_ kind: Kind) {
        self.kind = kind
    }

    mutating func add(_ doubt: Doubt) {
        if doubtCount < .max { doubtCount += 1 }
        if doubts.count < Self.mostDoubts { doubts.append(doubt) }
    }

    mutating func forgetDoubts() {
        doubtCount = 0
        doubts.removeAll()
    }

    func encode(into bytes: inout [UInt8]) {
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(kind.rawValue)
        bytes.append(changelog.rawValue)
        bytes.append((isIncomplete ? 1 : 0) | (isMoving ? 2 : 0) | (isAssumedNew ? 4 : 0))
        append(changelogRevision)
        append(doubtCount)
        append(UInt16(doubts.count))
        for doubt in doubts {
            append(doubt.offset)
            append(doubt.time)
        }
        bytes.append(contentsOf: state)
    }

    /// - Returns: nil where the bytes are not what was encoded.
    init?(decoding encoded: [UInt8]) {
        func number<Number: FixedWidthInteger>(at offset: Int, _: Number.Type) -> Number {
            encoded.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
            }
        }
        guard encoded.count >= Self.headSize, let kind = Kind(rawValue: encoded[0]),
            let changelog = Changelog(rawValue: encoded[1])
        else { return nil }
        self.kind = kind
        self.changelog = changelog
        isIncomplete = encoded[2] & 1 != 0
        isMoving = encoded[2] & 2 != 0
        isAssumedNew = encoded[2] & 4 != 0
        changelogRevision = number(at: 3, Int64.self)
        doubtCount = number(at: 11, UInt16.self)
        let end = Self.headSize + Int(number(at: 13, UInt16.self)) * 16
        guard encoded.count >= end else { return nil }
        for start in stride(from: Self.headSize, to: end, by: 16) {
            doubts.append(
                Doubt(offset: number(at: start, Int64.self), time: number(at: start + 8, Int64.self)))
        }
        state = Array(encoded[end...])
    }
}
