// SPDX-License-Identifier: Apache-2.0
package import Payments
internal import Telemetry

/// Writes JSON, members in the order they are given, without white space: one value, or one value on each
/// line.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Ends the line of a value; the next value begins a line.
    package mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// Forgets what was written, and keeps the storage.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// One object on one line.
    package static func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(members)
        writer.endLine()
        return writer.bytes
    }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        begin("{")
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    package mutating func name(_ name: String) {
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
    }

    package mutating func value(_ text: String) { quoted(text) }

    /// A text in UTF-8, which is a callback's: long, and mostly of characters that need no escape.
    package mutating func value(utf8 text: [UInt8]) {
        guard text.allSatisfy(Self.isPlain) else { return value(String(decoding: text, as: UTF8.self)) }
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether `LineEscaping` leaves the byte as it is, whatever follows it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "$")
    }

    package mutating func value(_ number: some BinaryInteger) {
        comma()
        bytes.append(contentsOf: "\(number)".utf8)
    }

    package mutating func value(_ flag: Bool) {
        comma()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
    }

    package mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        if let text { value(text) } else { null() }
    }

    package mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
        self.name(name)
        if let number { value(number) } else { null() }
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        self.name(name)
        value(flag)
    }

    package mutating func member(_ name: String, _ time: Timestamp?) {
        self.name(name)
        guard let time else { return null() }
        value(time.text)
    }

    package mutating func member(_ name: String, _ texts: [String]) {
        array(name, texts) { text, writer in writer.value(text) }
    }

    package mutating func member(_ name: String, _ members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    /// An object; null without a value.
    package mutating func member<Value>(
        _ name: String, _ value: Value?, _ members: (Value, inout JSONWriter) -> Void
    ) {
        guard let value else { return member(name, String?.none) }
        member(name) { writer in members(value, &writer) }
    }

    /// An array of objects, one for each element.
    package mutating func members<Element>(
        _ name: String, _ elements: some Sequence<Element>, _ members: (Element, inout JSONWriter) -> Void
    ) {
        array(name, elements) { element, writer in writer.object { members(element, &$0) } }
    }

    private mutating func array<Element>(
        _ name: String, _ elements: some Sequence<Element>, _ write: (Element, inout JSONWriter) -> Void
    ) {
        self.name(name)
        begin("[")
        for element in elements { write(element, &self) }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A value that was written as JSON before.
    package mutating func raw(_ json: ArraySlice<UInt8>) {
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

    // A value behind another one needs a comma; the first of a line and one behind its name or a bracket does
    // not.
    private mutating func comma() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, with milliseconds.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes, .milliseconds)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// Bytes of any origin as text that is safe on a terminal.
    package init(escaping bytes: some Collection<UInt8>) {
        var escaped: [UInt8] = []
        LineEscaping.append(String(decoding: bytes, as: UTF8.self), to: &escaped)
        self.init(decoding: escaped, as: UTF8.self)
    }
}
