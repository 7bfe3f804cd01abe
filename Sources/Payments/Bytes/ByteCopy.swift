// SPDX-License-Identifier: Apache-2.0
extension MutableRawSpan {
    /// Copies `source` to `offset` and advances `offset` past it.
    ///
    /// The pieces of a signed text are a few bytes each, for which a call of `memcpy` costs more than the
    /// copying: this copies words, and the last one overlaps the one before it, instead of looping over the
    /// remaining bytes.
    @inline(__always)
    mutating func write(_ source: RawSpan, at offset: inout Int) {
        let count = source.byteCount
        let start = offset
        offset &+= count
        if count >= 16 {
            var index = 0
            while index &+ 16 < count {
                copyWord(UInt128.self, source, index, start)
                index &+= 16
            }
            copyWord(UInt128.self, source, count &- 16, start)
        } else if count >= 8 {
            copyWord(UInt64.self, source, 0, start)
            copyWord(UInt64.self, source, count &- 8, start)
        } else if count >= 4 {
            copyWord(UInt32.self, source, 0, start)
            copyWord(UInt32.self, source, count &- 4, start)
        } else if count >= 1 {
            copyWord(UInt8.self, source, 0, start)
            if count > 1 {
                copyWord(UInt16.self, source, count &- 2, start)
            }
        }
    }

    @inline(__always)
    mutating func write(_ byte: UInt8, at offset: inout Int) {
        storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        offset &+= 1
    }

    /// Writes a number that is not below zero.
    mutating func writeDecimal(_ value: Int, at offset: inout Int) {
        var digits = 1
        var bound = 10
        while bound <= value, digits < 18 {
            digits &+= 1
            bound &*= 10
        }
        var rest = value
        for index in (offset..<offset &+ digits).reversed() {
            storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: index, as: UInt8.self)
            rest /= 10
        }
        offset &+= digits
    }

    @inline(__always)
    private mutating func copyWord<Word: FixedWidthInteger & BitwiseCopyable>(
        _: Word.Type, _ source: RawSpan, _ index: Int, _ start: Int
    ) {
        let word = source.unsafeLoadUnaligned(fromByteOffset: index, as: Word.self)
        storeBytes(of: word, toByteOffset: start &+ index, as: Word.self)
    }
}
