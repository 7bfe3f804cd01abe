// SPDX-License-Identifier: Apache-2.0
internal import CXXHash

/// XXH3, 64 bits: against damage, not against an adversary.
enum Checksum {
    static func of(_ bytes: RawSpan) -> UInt64 {
        bytes.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
    }

    /// Of a key and its value. The key's checksum is the seed, so bytes cannot move from one to the other.
    static func of(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> UInt64 {
        XXH3_64bits_withSeed(value.baseAddress, value.count, XXH3_64bits(key.baseAddress, key.count))
    }
}
