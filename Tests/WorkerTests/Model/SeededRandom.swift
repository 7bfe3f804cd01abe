// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: one seed, one run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// True once in `count` times.
    mutating func isOne(in count: Int) -> Bool { next() % UInt64(count) == 0 }

    /// 0 ..< count.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
