// SPDX-License-Identifier: Apache-2.0

/// Bytes written from front to back, into storage that is used again.
///
/// The array is as long as its room and `count` says how much of it was written, because `Array.append` asks
/// for uniqueness and capacity at every byte: an event of a thousand bytes in a hundred pieces took three
/// times as long.
struct ByteBuffer: Sendable {
    /// What was written is in front, and whatever was there before behind it.
    private(set) var storage: [UInt8]
    private(set) var count = 0

    /// Takes an array's storage and writes in place of what it holds.
    init(reusing storage: consuming [UInt8] = []) {
        self.storage = storage
    }

    /// The bytes written, as an array of just those.
    consuming func finish() -> [UInt8] {
        storage.removeLast(storage.count - count)
        return storage
    }

    /// Exchanges the storage with another array; ranges of what was written hold in whichever has it.
    mutating func swapStorage(_ other: inout [UInt8]) {
        swap(&storage, &other)
    }

    /// Forgets all but the first bytes.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "a buffer is cut to what was written of it, or less")
        self.count = count
    }

    /// Everything written from `start` on.
    @_lifetime(borrow self)
    func written(from start: Int) -> RawSpan {
        storage.span.bytes.extracting(start..<count)
    }

    /// Appends what `write` puts at the pointer, where there is room for `most` bytes; it returns how many.
    @inline(__always)
    mutating func append(upTo most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        if storage.count - count < most { grow(by: most) }
        let start = count
        let written = storage.withUnsafeMutableBufferPointer { all in
            all.baseAddress.map { write($0 + start) } ?? 0
        }
        precondition(written <= most, "no more is written than room was asked for")
        count += written
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let room = max(count + more, 2 * storage.count, 1024)
        storage.append(contentsOf: repeatElement(0, count: room - storage.count))
    }

    mutating func append(_ byte: UInt8) {
        append(upTo: 1) { place in
            place.pointee = byte
            return 1
        }
    }

    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { bytes in
            append(upTo: bytes.count) { $0.append(bytes) }
        }
    }

    /// Appends once more what was written already.
    mutating func appendAgain(_ text: ByteRange) {
        precondition(text.range.upperBound <= count, "what was written is written again")
        let distance = count - text.range.lowerBound
        append(upTo: text.count) { end in
            end.update(from: end - distance, count: text.count)
            return text.count
        }
    }

    /// Appends the bytes of a field.
    mutating func append(_ text: ByteRange, of bytes: Span<UInt8>) {
        append(bytes.extracting(text.range).bytes)
    }

    /// Appends a name of ours.
    mutating func append(_ name: StaticString) {
        append(upTo: name.utf8CodeUnitCount) { $0.append(name) }
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            append(upTo: utf8.count) { $0.append(UnsafeRawBufferPointer(utf8)) }
        }
    }

    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ number: Int64) {
        append(upTo: 20) { $0.appendDecimal(number) }
    }

    /// Appends a word's bytes, the lowest first.
    mutating func appendLittleEndian<Word: FixedWidthInteger>(_ word: Word) {
        withUnsafeBytes(of: word.littleEndian) { bytes in
            append(upTo: bytes.count) { $0.append(bytes) }
        }
    }

    /// Appends a number as Protocol Buffers have it: seven bits a byte, the lowest first.
    mutating func appendVarint(_ number: UInt64) {
        append(upTo: 10) { place in
            var rest = number
            var count = 0
            while rest >= 0x80 {
                place[count] = UInt8(truncatingIfNeeded: rest) | 0x80
                count += 1
                rest >>= 7
            }
            place[count] = UInt8(rest)
            return count + 1
        }
    }

    /// Puts the length of all from `start` on, as a varint, into the byte before `start` that was kept free;
    /// where one byte is too few, what follows it is moved up.
    mutating func insertLength(before start: Int) {
        let length = count - start
        let more = (63 - max(length, 1).leadingZeroBitCount) / 7
        if more > 0 {
            append(upTo: more) { end in
                let content = end - length
                (content + more).update(from: content, count: length)
                return more
            }
        }
        var rest = length
        for index in start - 1..<start - 1 + more {
            storage[index] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
        }
        storage[start - 1 + more] = UInt8(rest)
    }

    /// Appends a moment in RFC 3339, UTC.
    mutating func append(_ time: Timestamp, _ precision: Timestamp.Precision) {
        let (text, length) = time.text(precision)
        append(text.span.extracting(0..<length).bytes)
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ number: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            let count = digits.baseAddress.map { $0.appendDecimal(number) } ?? 0
            append(contentsOf: digits[..<count])
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// Copies the bytes here; how many.
    @inline(__always)
    func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let start = bytes.baseAddress {
            UnsafeMutableRawPointer(self).copyMemory(from: start, byteCount: bytes.count)
        }
        return bytes.count
    }

    @inline(__always)
    func append(_ name: StaticString) -> Int {
        let count = name.utf8CodeUnitCount
        update(from: name.utf8Start, count: count)
        return count
    }

    /// Writes a number in decimal digits, at most 20 bytes; how many.
    func appendDecimal(_ number: Int64) -> Int {
        var rest = number.magnitude
        var count = number < 0 ? 2 : 1
        var power: UInt64 = 10
        while rest >= power {
            count += 1
            // A magnitude has at most 19 digits, so the power never wraps around before it is greater.
            power &*= 10
        }
        var index = count
        repeat {
            index -= 1
            self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 { self[0] = UInt8(ascii: "-") }
        return count
    }
}
