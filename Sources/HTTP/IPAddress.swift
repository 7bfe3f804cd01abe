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
}

extension IPAddress {
    /// Reads an address as text: dotted IPv4 without leading zeros, or IPv6 by RFC 4291 §2.2 without brackets
    /// and zone. Nil for anything else.
    public init?(_ text: RawSpan) {
        if let v4 = Self.readV4(text, from: 0) {
            self.init(v4: v4)
        } else if let groups = Self.readV6(text) {
            self.init(
                high: groups[0...3].reduce(0) { $0 << 16 | UInt64($1) },
                low: groups[4...7].reduce(0) { $0 << 16 | UInt64($1) })
        } else {
            return nil
        }
    }

    public init?(_ text: String) {
        var text = text
        let address = text.withUTF8 { IPAddress(UnsafeRawBufferPointer($0).bytes) }
        guard let address else { return nil }
        self = address
    }

    private static func readV4(_ text: RawSpan, from start: Int) -> UInt32? {
        guard text.byteCount - start <= 15 else { return nil }
        var result: UInt32 = 0
        var parts = 0
        var part: UInt32 = 0
        var digits = 0
        for index in start...text.byteCount {
            let byte = index < text.byteCount ? text.byte(at: index) : UInt8(ascii: ".")
            if byte == UInt8(ascii: ".") {
                guard digits > 0, part <= 255, parts < 4 else { return nil }
                result = result << 8 | part
                parts += 1
                part = 0
                digits = 0
            } else {
                // A leading zero would be octal to some readers: such a text is no address.
                guard byte >= 0x30, byte <= 0x39, digits < 3, !(digits > 0 && part == 0) else { return nil }
                part = part * 10 + UInt32(byte - 0x30)
                digits += 1
            }
        }
        return parts == 4 ? result : nil
    }

    private static func readV6(_ text: RawSpan) -> [UInt16]? {
        let count = text.byteCount
        guard count >= 2, count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if text.byte(at: 0) == UInt8(ascii: ":") {
            guard text.byte(at: 1) == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < count {
            let start = index
            var value: UInt32 = 0
            while index < count, let digit = hexDigit(text.byte(at: index)) {
                value = value << 4 | UInt32(digit)
                index += 1
                guard index - start <= 4 else { return nil }
            }
            if index < count, text.byte(at: index) == UInt8(ascii: ".") {
                guard let v4 = readV4(text, from: start) else { return nil }
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                index = count
                break
            }
            guard index > start else { return nil }
            groups.append(UInt16(value))
            guard groups.count <= 8 else { return nil }
            if index == count { break }
            guard text.byte(at: index) == UInt8(ascii: ":") else { return nil }
            index += 1
            guard index < count else { return nil }
            if text.byte(at: index) == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            }
        }
        guard let gap else { return groups.count == 8 ? groups : nil }
        guard groups.count < 8 else { return nil }
        groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        return groups
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted for IPv4; for IPv6 as RFC 5952 asks, but that the eight groups are shortened at their longest
    /// run of zeros only.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``description`` without making a String of it.
    public func append(to bytes: inout [UInt8]) {
        if isV4 {
            for shift in [24, 16, 8, 0] as [UInt64] {
                if shift < 24 { bytes.append(UInt8(ascii: ".")) }
                Self.append(low >> shift & 0xFF, radix: 10, to: &bytes)
            }
            return
        }
        let gap = longestZeroRun()
        var index = 0
        while index < 8 {
            if index == gap.start, gap.count > 1 {
                bytes.append(contentsOf: "::".utf8)
                index += gap.count
                continue
            }
            if index > 0, index != gap.start + gap.count || gap.count < 2 { bytes.append(UInt8(ascii: ":")) }
            Self.append(group(index), radix: 16, to: &bytes)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt64 {
        (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
    }

    private func longestZeroRun() -> (start: Int, count: Int) {
        var best = (start: 0, count: 0)
        var run = 0
        for index in 0..<8 {
            run = group(index) == 0 ? run + 1 : 0
            if run > best.count { best = (index - run + 1, run) }
        }
        return best
    }

    private static func append(_ value: UInt64, radix: UInt64, to bytes: inout [UInt8]) {
        var scale: UInt64 = 1
        while value / scale >= radix { scale *= radix }
        while scale > 0 {
            let digit = UInt8(value / scale % radix)
            bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            scale /= radix
        }
    }
}
