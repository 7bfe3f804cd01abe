// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// An address of IPv6, or of IPv4 in its mapped form (`::ffff:a.b.c.d`), so that both compare as one family.
public struct IPAddress: BitwiseCopyable, Sendable, Hashable {
    /// The sixteen bytes in network order, as two numbers.
    public let high: UInt64
    public let low: UInt64

    static let mappedPrefix: UInt64 = 0xFFFF << 32

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address: `0x7F00_0001` is 127.0.0.1.
    public init(v4: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(v4))
    }

    /// `::`, which no peer has.
    public static let unspecified = IPAddress(high: 0, low: 0)

    public var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Whether it is of this machine alone: 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool { isV4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }
}

extension IPAddress {
    /// Reads an address as `inet_pton` does: dotted IPv4 without leading zeros, or IPv6 by RFC 4291 §2.2
    /// without brackets and zone. Nil for anything else.
    public init?(_ text: RawSpan) {
        guard text.byteCount < Int(INET6_ADDRSTRLEN) else { return nil }
        let address = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(INET6_ADDRSTRLEN)) {
            buffer in
            buffer.initialize(repeating: 0)
            text.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            // A zero among the bytes would end the C string early.
            guard !buffer.prefix(text.byteCount).contains(0), let start = buffer.baseAddress else {
                return nil as IPAddress?
            }
            return start.withMemoryRebound(to: CChar.self, capacity: buffer.count) { Self.read($0) }
        }
        guard let address else { return nil }
        self = address
    }

    private static func read(_ text: UnsafePointer<CChar>) -> IPAddress? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return IPAddress(v4: UInt32(bigEndian: v4.s_addr)) }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        return withUnsafeBytes(of: v6) { bytes in
            IPAddress(
                high: UInt64(bigEndian: bytes.load(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    public init?(_ text: String) {
        var text = text
        let address = text.withUTF8 { IPAddress(UnsafeRawBufferPointer($0).bytes) }
        guard let address else { return nil }
        self = address
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted for IPv4, RFC 5952 for IPv6.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``description`` without making a String of it.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            let size = socklen_t(text.count)
            if isV4 {
                var v4 = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
                _ = inet_ntop(AF_INET, &v4, text.baseAddress, size)
            } else {
                var v6 = (high.bigEndian, low.bigEndian)
                _ = inet_ntop(AF_INET6, &v6, text.baseAddress, size)
            }
            bytes.append(contentsOf: text.lazy.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
        }
    }
}
