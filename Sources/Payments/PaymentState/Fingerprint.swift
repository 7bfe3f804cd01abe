// SPDX-License-Identifier: Apache-2.0

/// The content of a callback in 128 bits: equal for two callbacks of the same content, however they are
/// spelt, signed or dated. `Fingerprinter` has the field order.
public struct Fingerprint: BitwiseCopyable, Sendable, Hashable {
    /// The first eight bytes of the hash, big-endian.
    public var high: UInt64
    /// The next eight.
    public var low: UInt64

    /// Appends 32 small hexadecimal digits.
    func appendHexadecimal(to bytes: inout ByteBuffer) {
        bytes.append(upTo: 32) { place in
            for index in 0..<32 {
                let word = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
                place[index] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            return 32
        }
    }
}

extension Fingerprint: CustomStringConvertible {
    public var description: String {
        var bytes = ByteBuffer()
        appendHexadecimal(to: &bytes)
        return String(decoding: bytes.finish(), as: UTF8.self)
    }
}
