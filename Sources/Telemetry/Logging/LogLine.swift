// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One line while it is built.
struct LogLine {
    private let format: Log.Format
    var bytes: [UInt8]

    init(format: Log.Format, context: [UInt8] = []) {
        self.format = format
        bytes = context
        bytes.reserveCapacity(256)
    }

    mutating func open(level: LogLevel, message: String) {
        switch format {
        case .json:
            bytes.append(contentsOf: #"{"time":""#.utf8)
            appendTime()
            bytes.append(contentsOf: #"","level":""#.utf8)
            bytes.append(contentsOf: level.rawValue.utf8)
            bytes.append(contentsOf: #"","message":"#.utf8)
            appendQuoted(message)
        case .readable:
            appendTime()
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: level.rawValue.uppercased().utf8)
            bytes.append(UInt8(ascii: " "))
            LineEscaping.append(message, to: &bytes)
        }
    }

    mutating func append(_ fields: KeyValuePairs<StaticString, LogValue>) {
        for (key, value) in fields {
            switch format {
            case .json:
                bytes.append(UInt8(ascii: ","))
                appendQuoted("\(key)")
                bytes.append(UInt8(ascii: ":"))
            case .readable:
                bytes.append(UInt8(ascii: " "))
                bytes.append(contentsOf: "\(key)".utf8)
                bytes.append(UInt8(ascii: "="))
            }
            append(value)
        }
    }

    mutating func close() {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ value: LogValue) {
        switch value {
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .flag(let isSet): bytes.append(contentsOf: (isSet ? "true" : "false").utf8)
        case .text(let text):
            if format == .readable, LineEscaping.isPlain(text) {
                bytes.append(contentsOf: text.utf8)
            } else {
                appendQuoted(text)
            }
        }
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        LineEscaping.append(text, to: &bytes, atMost: Log.longestText)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The moment of writing as RFC 3339 in UTC with milliseconds.
    private mutating func appendTime() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var civil = tm()
        gmtime_r(&now.tv_sec, &civil)
        appendNumber(Int(civil.tm_year) + 1900, width: 4)
        appendNumber(Int(civil.tm_mon) + 1, width: 2, after: "-")
        appendNumber(Int(civil.tm_mday), width: 2, after: "-")
        appendNumber(Int(civil.tm_hour), width: 2, after: "T")
        appendNumber(Int(civil.tm_min), width: 2, after: ":")
        appendNumber(Int(civil.tm_sec), width: 2, after: ":")
        appendNumber(now.tv_nsec / 1_000_000, width: 3, after: ".")
        bytes.append(UInt8(ascii: "Z"))
    }

    private mutating func appendNumber(_ number: Int, width: Int, after separator: Unicode.Scalar? = nil) {
        if let separator { bytes.append(UInt8(ascii: separator)) }
        var scale = 1
        for _ in 1..<width { scale *= 10 }
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / scale % 10))
            scale /= 10
        }
    }
}
