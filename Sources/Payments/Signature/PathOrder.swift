// SPDX-License-Identifier: Apache-2.0

/// The two orders in which the lines of a signed text may be.
enum PathOrder: CaseIterable {
    case natural
    case bytes

    func isLess(_ left: ByteRange, _ right: ByteRange, in bytes: Span<UInt8>) -> Bool {
        switch self {
        case .natural: NaturalOrder.order(bytes.extracting(left.range), bytes.extracting(right.range)) < 0
        case .bytes: Self.isLessByBytes(left, right, in: bytes)
        }
    }

    private static func isLessByBytes(_ left: ByteRange, _ right: ByteRange, in bytes: Span<UInt8>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let one = bytes[Int(left.start) + offset]
            let other = bytes[Int(right.start) + offset]
            if one != other { return one < other }
        }
        return left.count < right.count
    }
}
