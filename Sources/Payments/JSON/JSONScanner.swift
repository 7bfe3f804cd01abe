// SPDX-License-Identifier: Apache-2.0

/// Makes the nodes of one body: RFC 8259 to the letter, in one pass and without recursion.
///
/// The text is the body followed by `padding` zeros. A zero byte is not allowed anywhere in JSON, so every
/// loop over the text ends there at the latest, and eight bytes can be loaded from any offset of the body.
struct JSONScanner: Sendable {
    static let padding = 8

    /// An open container.
    private struct Frame: BitwiseCopyable, Sendable {
        var node: Int32
        var isObject: Bool
        /// Where the keys of this object begin in the register.
        var firstKey: Int32
        /// The length of this container's path and the `:` after it in the signed text.
        var pathBytes: Int32

        var closer: UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }
    }

    private(set) var nodes: [JSONTree.Node] = []
    private(set) var irregularities: JSONTree.Irregularities = []
    /// A bound on the signed text: for every scalar its path, its value and two separators.
    private(set) var signedBytes = 0
    /// The longest path of a container, with the `:` after it.
    private(set) var pathBytes = 0
    private var frames: [Frame] = []
    private var register = KeyRegister()
    private var members = 0

    mutating func clear() {
        nodes.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        register.clear()
        irregularities = []
        signedBytes = 0
        pathBytes = 0
        members = 0
    }

    mutating func scan(_ text: inout MutableSpan<UInt8>, limits: JSONLimits) throws(JSONError) {
        let end = text.count - Self.padding
        var position = Self.skipWhitespace(text, from: 0)
        guard text[position] == UInt8(ascii: "{") else { throw Self.rootError(text, at: position, end: end) }
        try open(text, key: .absent, path: 0, at: position, limits: limits)
        position += 1

        var hasJustOpened = true
        while let frame = frames.last {
            position = Self.skipWhitespace(text, from: position)
            let isEmpty = hasJustOpened && text[position] == frame.closer
            if !isEmpty {
                hasJustOpened = try takeMember(of: frame, &text, at: &position, end: end, limits: limits)
                if hasJustOpened { continue }
            }
            hasJustOpened = false
            try passSeparators(&text, at: &position, end: end)
        }
        position = Self.skipWhitespace(text, from: position)
        guard position == end else { throw JSONError(.trailingData, at: position) }
    }

    /// Takes a body of a known layout; false, with nothing taken, for another one and for one to be refused.
    mutating func take(_ layout: JSONLayout, _ arena: inout [UInt8], limits: JSONLimits) -> Bool {
        nodes.removeAll(keepingCapacity: true)
        nodes.append(contentsOf: layout.nodes)
        var text = arena.mutableSpan
        var span = nodes.mutableSpan
        guard let match = layout.match(&text, nodes: &span, limits: limits) else {
            nodes.removeAll(keepingCapacity: true)
            return false
        }
        signedBytes = match.signedBytes
        pathBytes = layout.pathBytes
        irregularities = match.hasReformattedNumber ? .reformattedNumber : []
        return true
    }

    /// Takes one member of an object or element of an array: to the end of a scalar, or past an opening
    /// bracket. True for the latter.
    private mutating func takeMember(
        of frame: Frame, _ text: inout MutableSpan<UInt8>, at position: inout Int, end: Int,
        limits: JSONLimits
    ) throws(JSONError) -> Bool {
        let start = position
        members += 1
        guard members <= limits.members else { throw JSONError(.tooManyMembers, at: start) }
        var key = ByteRange.absent
        var path = frame.pathBytes
        if frame.isObject {
            key = try takeKey(&text, of: frame, at: &position, end: end)
            path &+= Int32(truncatingIfNeeded: key.count &+ countColons(text, in: key))
        } else {
            path &+= 10  // digits of the largest index
        }
        switch text[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try open(text, key: key, path: path + 1, at: position, limits: limits)
            position += 1
            return true
        case UInt8(ascii: "\""):
            let value = try JSONString.take(&text, at: &position, end: end)
            append(.string, key: key, value: value)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try JSONNumber.take(text, at: &position, end: end, limit: limits.numberBytes)
            append(.number, key: key, value: number.text, isPlainInteger: number.isPlainInteger)
            if !number.isPlainInteger { irregularities.insert(.reformattedNumber) }
        default:
            let (kind, value) = try Self.takeLiteral(text, at: &position, end: end)
            append(kind, key: key, value: value)
        }
        signedBytes &+= nodes[nodes.count &- 1].signedBytes &+ Int(path) &+ 2
        guard signedBytes <= limits.signedBytes else { throw JSONError(.signedTextTooLong, at: start) }
        return false
    }

    /// A key, the colon and the white space after it.
    private mutating func takeKey(
        _ text: inout MutableSpan<UInt8>, of frame: Frame, at position: inout Int, end: Int
    ) throws(JSONError) -> ByteRange {
        guard text[position] == UInt8(ascii: "\"") else { throw Self.unexpected(at: position, end: end) }
        let key = try JSONString.take(&text, at: &position, end: end)
        try register.add(key, firstKey: Int(frame.firstKey), text: text)
        if key.isEmpty { irregularities.insert(.emptyKey) }
        if frames.count == 1, PHPInteger.value(of: text.span.extracting(key.range)) != nil {
            irregularities.insert(.integerKeyAtRoot)
        }
        position = Self.skipWhitespace(text, from: position)
        guard text[position] == UInt8(ascii: ":") else { throw Self.unexpected(at: position, end: end) }
        position = Self.skipWhitespace(text, from: position + 1)
        return key
    }

    /// After a value: closes the containers that end here, and stops after the comma of one that does not.
    private mutating func passSeparators(
        _ text: inout MutableSpan<UInt8>, at position: inout Int, end: Int
    ) throws(JSONError) {
        while let frame = frames.last {
            position = Self.skipWhitespace(text, from: position)
            let byte = text[position]
            if byte == UInt8(ascii: ",") {
                position += 1
                return
            }
            guard byte == frame.closer else { throw Self.unexpected(at: position, end: end) }
            position += 1
            try close(frame, text, at: position)
        }
    }

    // MARK: Nodes

    @inline(__always)
    private mutating func append(
        _ kind: JSONTree.Kind, key: ByteRange, value: ByteRange, isPlainInteger: Bool = false
    ) {
        let next = Int32(truncatingIfNeeded: nodes.count &+ 1)
        nodes.append(
            JSONTree.Node(kind: kind, isPlainInteger: isPlainInteger, key: key, value: value, next: next))
    }

    private mutating func open(
        _ text: borrowing MutableSpan<UInt8>, key: ByteRange, path: Int32, at position: Int,
        limits: JSONLimits
    ) throws(JSONError) {
        guard frames.count < limits.depth else { throw JSONError(.tooDeep, at: position) }
        let isObject = text[position] == UInt8(ascii: "{")
        pathBytes = max(pathBytes, Int(path))
        frames.append(
            Frame(
                node: Int32(truncatingIfNeeded: nodes.count), isObject: isObject,
                firstKey: Int32(truncatingIfNeeded: register.count), pathBytes: path))
        let start = Int32(truncatingIfNeeded: position)
        append(isObject ? .object : .array, key: key, value: ByteRange(start: start, end: start))
    }

    private mutating func close(
        _ frame: Frame, _ text: borrowing MutableSpan<UInt8>, at position: Int
    ) throws(JSONError) {
        try register.close(firstKey: Int(frame.firstKey), text: text)
        nodes[Int(frame.node)].value.end = Int32(truncatingIfNeeded: position)
        nodes[Int(frame.node)].next = Int32(truncatingIfNeeded: nodes.count)
        frames.removeLast()
    }

    /// How many bytes doubling every `:` adds to a key.
    @inline(__always)
    private mutating func countColons(_ text: borrowing MutableSpan<UInt8>, in key: ByteRange) -> Int {
        var colons = 0
        for index in key.range where text[index] == UInt8(ascii: ":") { colons &+= 1 }
        if colons > 0 { irregularities.insert(.colonInKey) }
        return colons
    }

    // MARK: Single bytes

    @inline(__always)
    private static func skipWhitespace(_ text: borrowing MutableSpan<UInt8>, from start: Int) -> Int {
        var position = start
        while true {
            let byte = text[position]
            if byte > 0x20 { return position }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position &+= 1
            default: return position
            }
        }
    }

    private static func takeLiteral(
        _ text: borrowing MutableSpan<UInt8>, at position: inout Int, end: Int
    ) throws(JSONError) -> (JSONTree.Kind, ByteRange) {
        let start = position
        let (kind, word): (JSONTree.Kind, StaticString) =
            switch text[start] {
            case UInt8(ascii: "t"): (.true, "true")
            case UInt8(ascii: "f"): (.false, "false")
            case UInt8(ascii: "n"): (.null, "null")
            default: throw unexpected(at: start, end: end)
            }
        for index in 0..<word.utf8CodeUnitCount {
            guard text[position] == word.utf8Start[index] else { throw unexpected(at: position, end: end) }
            position += 1
        }
        return (
            kind, ByteRange(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: position))
        )
    }

    static func unexpected(at position: Int, end: Int) -> JSONError {
        JSONError(position >= end ? .unexpectedEnd : .unexpectedCharacter, at: position)
    }

    private static func rootError(
        _ text: borrowing MutableSpan<UInt8>, at position: Int, end: Int
    ) -> JSONError {
        if position >= end { return JSONError(.unexpectedEnd, at: position) }
        let mark = position == 0 ? (text[0], text[1], text[2]) : (0, 0, 0)
        return switch mark {
        case (0xEF, 0xBB, 0xBF), (0xFE, 0xFF, _), (0xFF, 0xFE, _): JSONError(.byteOrderMark, at: 0)
        default: JSONError(.rootNotObject, at: position)
        }
    }
}
