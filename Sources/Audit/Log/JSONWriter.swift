internal import Payments
internal import Telemetry

/// Writes one JSON value, members in the order they are given, without white space.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func beginObject() { begin("{") }
    mutating func endObject() { bytes.append(UInt8(ascii: "}")) }
    mutating func beginArray() { begin("[") }
    mutating func endArray() { bytes.append(UInt8(ascii: "]")) }

    mutating func name(_ name: String) {
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func value(_ text: String) { quoted(text) }

    mutating func value(_ number: some BinaryInteger) {
        comma()
        bytes.append(contentsOf: "\(number)".utf8)
    }

    mutating func value(_ flag: Bool) {
        comma()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
    }

    mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        if let text { value(text) } else { null() }
    }

    mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
        self.name(name)
        if let number { value(number) } else { null() }
    }

    mutating func member(_ name: String, _ flag: Bool) {
        self.name(name)
        value(flag)
    }

    mutating func member(_ name: String, _ time: Timestamp?) {
        self.name(name)
        guard let time else { return null() }
        value(time.text)
    }

    /// A value that was written as JSON before.
    mutating func raw(_ json: ArraySlice<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
    }

    private mutating func begin(_ bracket: Unicode.Scalar) {
        comma()
        bytes.append(UInt8(ascii: bracket))
    }

    private mutating func quoted(_ text: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        LineEscaping.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    // A value that stands behind another one needs a comma, one that stands behind its name or a bracket does not.
    private mutating func comma() {
        guard let last = bytes.last else { return }
        if ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":")].contains(last) {
            bytes.append(UInt8(ascii: ","))
        }
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, with milliseconds.
    var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes, .milliseconds)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// Bytes of any origin as text that is safe on a terminal.
    init(escaping bytes: some Collection<UInt8>) {
        var escaped: [UInt8] = []
        LineEscaping.append(String(decoding: bytes, as: UTF8.self), to: &escaped)
        self.init(decoding: escaped, as: UTF8.self)
    }
}
