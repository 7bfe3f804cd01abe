/// What a callback tells, in 128 bits: equal for two callbacks that tell the same, however they are spelt, signed
/// or dated. `Fingerprinter` has the field order.
public struct Fingerprint: BitwiseCopyable, Sendable, Hashable {
    /// The first eight bytes of the hash, big-endian.
    public var high: UInt64
    /// The next eight.
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Appends 32 small hexadecimal digits.
    public func appendHex(to bytes: inout [UInt8]) {
        Self.appendHex(high, to: &bytes)
        Self.appendHex(low, to: &bytes)
    }

    private static func appendHex(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
