// SPDX-License-Identifier: Apache-2.0

/// A span's place in its trace, as W3C Trace Context carries it (https://www.w3.org/TR/trace-context).
public struct TraceContext: Sendable, Hashable, BitwiseCopyable {
    /// The length of a `traceparent` of version 00.
    public static let byteCount = 55

    /// The upper and the lower 64 bits of the trace's 128.
    let traceHigh: UInt64
    let traceLow: UInt64
    let span: UInt64
    /// Whether the trace is recorded.
    public let isSampled: Bool
}

extension TraceContext {
    /// Reads a `traceparent` of version 00: `00-<32 hex>-<16 hex>-<2 hex>`, lower case. Nil for anything
    /// else, and for ids of zeros, which the standard forbids.
    public init?(_ text: RawSpan) {
        guard text.byteCount == Self.byteCount else { return nil }
        let parsed: (UInt64, UInt64, UInt64, UInt64)? = text.withUnsafeBytes { bytes in
            let dash = UInt8(ascii: "-")
            guard bytes[0] == 0x30, bytes[1] == 0x30, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
                let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
                let span = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55])
            else { return nil }
            return (high, low, span, flags)
        }
        guard let (high, low, span, flags) = parsed, high | low != 0, span != 0 else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }

    /// Appends the `traceparent`.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "00-".utf8)
        appendTraceID(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendSpanID(to: &bytes)
        bytes.append(contentsOf: (isSampled ? "-01" : "-00").utf8)
    }

    /// Appends the trace's id in 32 hexadecimal digits.
    public func appendTraceID(to bytes: inout [UInt8]) {
        Self.append(traceHigh, to: &bytes)
        Self.append(traceLow, to: &bytes)
    }

    /// Appends the span's id in 16 hexadecimal digits.
    public func appendSpanID(to bytes: inout [UInt8]) { Self.append(span, to: &bytes) }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
            bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
    }
}
