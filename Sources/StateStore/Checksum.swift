/// A 64-bit checksum against damage, not against an adversary: folded multiplication, 8 bytes a step, so that
/// checking a value on every look-up costs a few nanoseconds.
struct Checksum {
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64 = 0x2545_F491_4F6C_DD1D

    private mutating func mix(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: Self.multiplier)
        // The rotation keeps a zero word from leaving a zero state.
        state = (product.high ^ product.low) &+ (word << 23 | word >> 41)
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        // The length goes in with the rest, so that bytes cannot wander from key to value.
        var rest = UInt64(truncatingIfNeeded: bytes.count) << 56
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        mix(rest)
    }

    var value: UInt64 { state ^ state >> 32 }

    static func of(_ bytes: RawSpan) -> UInt64 {
        var checksum = Checksum()
        bytes.withUnsafeBytes { checksum.add($0) }
        return checksum.value
    }

    static func of(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> UInt64 {
        var checksum = Checksum()
        checksum.add(key)
        checksum.add(value)
        return checksum.value
    }
}
