// SPDX-License-Identifier: Apache-2.0

/// A name of up to 32 bytes with its spelling folded: ASCII letters small, `_` as a space. Held in four
/// words, so that comparing two needs no loop and no allocation.
struct FoldedName: BitwiseCopyable, Equatable {
    static let longest = 32

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Nil where the name is empty or longer than the longest: no name we know is.
    init?(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= Self.longest else { return nil }
        words.0 = Self.word(bytes, 0)
        if bytes.count > 8 { words.1 = Self.word(bytes, 8) }
        if bytes.count > 16 { words.2 = Self.word(bytes, 16) }
        if bytes.count > 24 { words.3 = Self.word(bytes, 24) }
    }

    static func == (left: FoldedName, right: FoldedName) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    @inline(__always)
    static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "_"): UInt8(ascii: " ")
        default: byte
        }
    }

    private static func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<min(start + 8, bytes.count) {
            word = word << 8 | UInt64(folded(bytes[index]))
        }
        return word
    }
}
