// SPDX-License-Identifier: Apache-2.0
extension PHPNumber {
    /// Up to 64 decimal digits, the most significant first, each as a number from 0 to 9.
    struct Digits {
        static let capacity = 64

        private var storage = InlineArray<64, UInt8>(repeating: 0)
        private(set) var count = 0

        init() {}

        /// The digits of an integer.
        init(_ value: UInt64) {
            var rest = value
            var reversed = InlineArray<20, UInt8>(repeating: 0)
            var length = 0
            while rest > 0 {
                reversed[length] = UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                length += 1
            }
            for index in 0..<length { append(reversed[length - 1 - index]) }
        }

        var isEmpty: Bool { count == 0 }

        subscript(index: Int) -> UInt8 { storage[index] }

        mutating func append(_ digit: UInt8) {
            storage[count] = digit
            count += 1
        }

        /// Makes a number of them, which must have been zero.
        func append(to number: inout UInt1536) {
            // As many at a time as 64 bits can hold.
            for start in stride(from: 0, to: count, by: 19) {
                var part: UInt64 = 0
                var power: UInt64 = 1
                for index in start..<min(start + 19, count) {
                    part = part * 10 + UInt64(storage[index])
                    power *= 10
                }
                number.multiply(by: power, adding: part)
            }
        }

        mutating func truncate(to length: Int) {
            count = min(count, length)
        }

        mutating func removeTrailingZeros() {
            while count > 0, storage[count - 1] == 0 { count -= 1 }
        }

        /// Whether the digits after the first `length` round them up; nil if three digits are too close to a
        /// half to decide.
        func roundsUp(at length: Int) -> Bool? {
            guard count > length else { return false }
            var rest = 0
            for index in length..<(length + 3) {
                rest = rest * 10 + (index < count ? Int(storage[index]) : 0)
            }
            return 480...520 ~= rest ? nil : rest > 500
        }

        /// Adds one to the last digit; true if that carried into a new digit, of which only the leading 1 is
        /// kept.
        mutating func increment() -> Bool {
            var index = count - 1
            while index >= 0, storage[index] == 9 {
                storage[index] = 0
                index -= 1
            }
            guard index < 0 else {
                storage[index] += 1
                return false
            }
            storage[0] = 1
            count = 1
            return true
        }
    }
}
