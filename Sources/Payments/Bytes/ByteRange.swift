// SPDX-License-Identifier: Apache-2.0

/// The place of a value in the bytes of its callback: a half-open range of offsets. Empty is absent, since
/// the signed text cannot report `null`, `""` and a missing member apart.
public struct ByteRange: BitwiseCopyable, Sendable {
    public var start: Int32
    public var end: Int32

    public init(start: Int32, end: Int32) {
        self.start = start
        self.end = end
    }

    public static let absent = ByteRange(start: 0, end: 0)

    public var isEmpty: Bool { start == end }
    public var count: Int { Int(end - start) }
    public var range: Range<Int> { Int(start)..<Int(end) }
}

extension Span<UInt8> {
    func isEqual(to name: StaticString) -> Bool { bytes.isEqual(to: name) }

    /// Whether the same bytes are at two places.
    func areEqual(_ left: ByteRange, _ right: ByteRange) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where self[Int(left.start) + offset] != self[Int(right.start) + offset] {
            return false
        }
        return true
    }
}

extension RawSpan {
    func isEqual(to name: StaticString) -> Bool {
        guard byteCount == name.utf8CodeUnitCount else { return false }
        return withUnsafeBytes { bytes in
            name.withUTF8Buffer { name in
                for index in bytes.indices where bytes[index] != name[index] { return false }
                return true
            }
        }
    }
}
