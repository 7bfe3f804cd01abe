// SPDX-License-Identifier: Apache-2.0

/// Finds which of a fixed set of names is at a place in the signed text: one hash of at most two loads,
/// and one comparison.
///
/// Every line of every callback is looked up here, so it neither allocates nor makes a String. Open
/// addressing, at most a quarter full; names are 2 to 40 bytes.
struct PathTable: Sendable {
    private struct Slot: BitwiseCopyable, Sendable {
        /// The first and the last eight bytes of the name, which overlap in a short one.
        var head: UInt64 = 0
        var tail: UInt64 = 0
        var count: UInt8 = 0
        /// 0 is an empty slot.
        var code: UInt8 = 0
        /// The name's place in `arena`.
        var start: UInt16 = 0
    }

    static let shortest = 2
    static let longest = 40

    private var slots: [Slot]
    private var arena: [UInt8] = []
    /// The hash's upper bits are the slot.
    private let shift: UInt64

    /// A table in which the first name has the code 1, the second 2, and so on.
    init(_ names: [[UInt8]]) {
        precondition(names.count < 256, "a code is one byte")
        var bits: UInt64 = 4
        while 1 << bits < names.count * 4 { bits += 1 }
        shift = 64 - bits
        slots = Array(repeating: Slot(), count: 1 << bits)
        for (index, name) in names.enumerated() { insert(name, code: UInt8(index + 1)) }
    }

    private mutating func insert(_ name: [UInt8], code: UInt8) {
        precondition((Self.shortest...Self.longest).contains(name.count), "a name of 2 to 40 bytes")
        let bytes = name.span
        precondition(self.code(of: bytes, from: 0, to: name.count) == 0, "each name is in the table once")
        let (head, tail) = Self.ends(of: bytes, from: 0, to: name.count)
        var index = Self.hash(head, tail, name.count) >> shift
        while slots[Int(index)].code != 0 { index = (index + 1) & UInt64(slots.count - 1) }
        slots[Int(index)] = Slot(
            head: head, tail: tail, count: UInt8(name.count), code: code, start: UInt16(arena.count))
        arena += name
    }

    /// The code of the name that the bytes from `start` up to `end` are; 0 for none.
    func code(of bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt8 {
        let count = end - start
        guard count >= Self.shortest, count <= Self.longest else { return 0 }
        let (head, tail) = Self.ends(of: bytes, from: start, to: end)
        let slots = slots.span
        var index = Self.hash(head, tail, count) >> shift
        while true {
            let slot = slots[Int(index)]
            if slot.code == 0 { return 0 }
            if slot.head == head, slot.tail == tail, Int(slot.count) == count,
                count <= 16 || hasMiddle(of: bytes, from: start, to: end, slot)
            {
                return slot.code
            }
            index = (index + 1) & UInt64(slots.count - 1)
        }
    }

    /// Whether the bytes between the first and the last eight are the name's too.
    private func hasMiddle(of bytes: Span<UInt8>, from start: Int, to end: Int, _ slot: Slot) -> Bool {
        let arena = arena.span
        for offset in 8..<end - start - 8 {
            let byte = bytes[start + offset]
            guard byte == arena[Int(slot.start) + offset]
            else { return false }
        }
        return true
    }

    private static func ends(of text: Span<UInt8>, from start: Int, to end: Int) -> (UInt64, UInt64) {
        let bytes = text.bytes
        if end - start >= 8 {
            return (
                bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self),
                bytes.unsafeLoadUnaligned(fromByteOffset: end - 8, as: UInt64.self)
            )
        }
        if end - start >= 4 {
            return (
                UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)),
                UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: end - 4, as: UInt32.self))
            )
        }
        return (
            UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt16.self)),
            UInt64(text[end - 1])
        )
    }

    private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> UInt64 {
        ((head &* 0x9e37_79b9_7f4a_7c15) ^ (tail &* 0xc2b2_ae3d_27d4_eb4f) ^ UInt64(count))
            &* 0x9e37_79b9_7f4a_7c15
    }
}
