// SPDX-License-Identifier: Apache-2.0

/// A request's body, gathered piece by piece into memory that the next request uses again.
struct BodyBuffer: ~Copyable {
    /// What is kept for the next request; a larger body's memory is given back.
    static let keptBytes = 16 * 1024

    private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var count = 0

    deinit {
        storage.deallocate()
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: storage[..<count]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Copies a piece of the body behind what is there.
    mutating func append(_ piece: UnsafeRawBufferPointer) {
        if storage.count - count < piece.count { grow(to: count + piece.count) }
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: piece)
        count += piece.count
    }

    /// Forgets the body, and its memory where it was unusually large.
    mutating func clear() {
        count = 0
        if storage.count > Self.keptBytes {
            storage.deallocate()
            storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
    }

    private mutating func grow(to needed: Int) {
        var capacity = max(storage.count * 2, 2048)
        while capacity < needed { capacity *= 2 }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = larger
    }
}
