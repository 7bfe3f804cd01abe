// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Cuts what a descriptor gives into lines, by large reads into one buffer that is used again.
struct LineReader {
    /// A longer line is not one of ours.
    static let longestLine = 1 << 24

    private let descriptor: Int32
    private(set) var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The range in `buffer` of the next line that is there already, without its end; nil when more must be
    /// read. What follows the last line end is a line too.
    mutating func next() -> Range<Int>? {
        let found = buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, start < bytes.count else { return nil }
            let end = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
            return end.map { UnsafeRawPointer($0) - base }
        }
        if let found {
            defer { start = found + 1 }
            return start..<found
        }
        guard isAtEnd, start < buffer.count else { return nil }
        defer { start = buffer.count }
        return start..<buffer.count
    }

    /// Reads more; false when there was no more to read.
    mutating func fill() throws(AuditError) -> Bool {
        if isAtEnd { return false }
        buffer.removeSubrange(..<start)
        start = 0
        guard buffer.count < Self.longestLine else { throw AuditError("a line is longer than 16 MiB") }
        let room = max(1 << 18, buffer.count)
        let before = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: room))
        var count = 0
        buffer.withUnsafeMutableBytes { bytes in
            repeat {
                count = Glibc.read(descriptor, bytes.baseAddress.map { $0 + before }, room)
            } while count < 0 && errno == EINTR
        }
        guard count >= 0 else { throw .system("the input cannot be read") }
        buffer.removeSubrange((before + count)...)
        isAtEnd = count == 0
        return true
    }
}
