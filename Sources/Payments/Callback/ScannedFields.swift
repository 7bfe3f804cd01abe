// SPDX-License-Identifier: Apache-2.0

/// What one pass over a body's lines found: where each field's value is, and whatever makes a closer look
/// necessary. An ordinary callback needs none.
///
/// The storage is used again by every reading.
struct ScannedFields: Sendable {
    /// A line of a container with free keys.
    struct FreeLine: BitwiseCopyable, Sendable {
        var container: Container
        /// Behind the container's path and `:`, up to the line's end.
        var text: ByteRange
    }

    /// A field of one of `operations[]`.
    struct Entry: BitwiseCopyable, Sendable {
        /// The digits of the index.
        var index: ByteRange
        var field: Field
        var value: ByteRange
    }

    /// The most fields: each has a bit in `seen` and a place in `values`. `Schema` checks it when it is made,
    /// so that one field too many stops the process at its start, not at the first callback that carries the
    /// field.
    static let fieldLimit = UInt64.bitWidth

    /// By the fields' raw values; without meaning where the bit in `seen` is not set, so that a new reading
    /// need not clear it. It has `fieldLimit` places. An array, because reading one value of an inline array
    /// copied all 512 bytes of it: 50 times a callback, 4 % of the instructions of a record.
    private var values = [ByteRange](repeating: .absent, count: fieldLimit)
    /// Bits of the fields that begin a line, with or without a value.
    private(set) var seen: UInt64 = 0
    /// Bits of the fields that begin two lines or more.
    private(set) var doubled: UInt64 = 0
    private(set) var free: [FreeLine] = []
    private(set) var entries: [Entry] = []
    /// The shapes of which some line has a value.
    private(set) var groups: Group = []
    private(set) var unread = 0
    /// Whether some line has a `;`, so that the text has pieces that begin no line.
    private(set) var hasInnerPieces = false
    /// Whether some line begins as lines of the merchant's links and requests do.
    private(set) var hasSigns = false
    /// Whether some unread line's path is not made of plain names.
    private(set) var hasOddPath = false

    /// Whether another entry of `operations[]` has the id of the newest one.
    private(set) var hasTwoNewestEntries = false

    /// The fields of the lines of the last bodies, in the slots of their layouts.
    private var layouts = [(lines: LineLayout, fields: [Field?])?](repeating: nil, count: JSONLayouts.limit)

    /// Whether the lines' order reports something. Only then need they be sorted.
    var needsOrder: Bool { hasInnerPieces || hasOddPath || has(.generalProjectID) }

    subscript(field: Field) -> ByteRange { has(field) ? values[Int(field.rawValue)] : .absent }

    /// Whether the field begins a line, be its value empty or not.
    func has(_ field: Field) -> Bool { seen & field.bit != 0 }

    mutating func read(_ lines: borrowing SignedLines, by schema: Schema) {
        clear()
        let fields = fields(of: lines, by: schema)
        let bytes = lines.bytes.span
        let all = lines.lines.span
        hasInnerPieces = Self.hasSemicolon(bytes)
        for index in all.indices {
            let line = all[index]
            let end = Int(line.value.end)
            // What nearly every line is: a field, its path ending where the tree says.
            let field =
                fields.isEmpty
                ? schema.field(in: bytes, from: Int(line.path.start), to: Int(line.path.end)) : fields[index]
            if let field {
                take(field, line.value.isEmpty ? .absent : line.value)
                continue
            }
            let (place, start) = schema.place(
                in: bytes, from: Int(line.path.start), pathEnd: Int(line.path.end), to: end)
            let value = start < end ? ByteRange(start: Int32(start), end: Int32(end)) : .absent
            switch place {
            case .field(let field): take(field, value)
            case .container(let container):
                take(container, ByteRange(start: Int32(start), end: Int32(end)), in: bytes)
            case .entry(let index, let field): take(field, value, index: index)
            case .sign: hasSigns = true
            case .group, .unread:
                unread += 1
                // A line that ends in a colon has an empty value, wherever its path may end.
                if case .group(let group) = place, bytes[end - 1] != UInt8(ascii: ":") {
                    groups.insert(group)
                }
                hasOddPath = hasOddPath || !Self.isPlain(bytes, line.path)
            }
        }
    }

    /// The field of each line's path; none for lines without a layout.
    private mutating func fields(of lines: borrowing SignedLines, by schema: Schema) -> [Field?] {
        guard let layout = lines.layout else { return [] }
        let slot = layout.layout.slot
        if let known = layouts[slot], known.lines === layout { return known.fields }
        let bytes = lines.bytes.span
        let fields = lines.lines.map { line in
            schema.field(in: bytes, from: Int(line.path.start), to: Int(line.path.end))
        }
        layouts[slot] = (layout, fields)
        return fields
    }

    private mutating func clear() {
        seen = 0
        doubled = 0
        free.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        groups = []
        unread = 0
        hasInnerPieces = false
        hasSigns = false
        hasOddPath = false
        hasTwoNewestEntries = false
    }

    private mutating func take(_ field: Field, _ value: ByteRange) {
        guard seen & field.bit == 0 else {
            doubled |= field.bit
            return
        }
        seen |= field.bit
        values[Int(field.rawValue)] = value
        if !value.isEmpty { groups.formUnion(field.group) }
    }

    private mutating func take(_ container: Container, _ text: ByteRange, in bytes: Span<UInt8>) {
        let line = FreeLine(container: container, text: text)
        free.append(line)
        if line.hasValue(in: bytes) { groups.formUnion(container.group) }
    }

    private mutating func take(_ field: Field, _ value: ByteRange, index: ByteRange) {
        entries.append(Entry(index: index, field: field, value: value))
        if !value.isEmpty { groups.insert(.transaction) }
    }

    /// Puts the fields of an entry of `operations[]` in the places of an operation's.
    mutating func adopt(_ operation: Entry, in bytes: Span<UInt8>) {
        hasTwoNewestEntries = entries.contains { entry in
            entry.field == .operationID && !bytes.areEqual(entry.index, operation.index)
                && bytes.areEqual(entry.value, operation.value)
        }
        for entry in entries where bytes.areEqual(entry.index, operation.index) {
            take(entry.field, entry.value)
        }
        groups = .transaction
    }
}

extension ScannedFields {
    /// Whether the path is names of `[A-Za-z0-9_.-]` with single colons between them.
    static func isPlain(_ bytes: Span<UInt8>, _ path: ByteRange) -> Bool {
        var previous = UInt8(ascii: ":")
        for index in path.range {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":") {
                if previous == UInt8(ascii: ":") { return false }
            } else if !byte.isPlainInPath {
                return false
            }
            previous = byte
        }
        return previous != UInt8(ascii: ":")
    }

    /// Looks at 32 bytes at a time: this is done for every callback, and hardly ever finds one.
    private static func hasSemicolon(_ bytes: Span<UInt8>) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let semicolons = ones &* UInt64(UInt8(ascii: ";"))
        return bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 32 <= bytes.count {
                var marks: UInt64 = 0
                for step in 0..<4 {
                    let word = bytes.loadUnaligned(fromByteOffset: offset &+ step &* 8, as: UInt64.self)
                    let difference = word ^ semicolons
                    // Has a high bit exactly if some byte of the difference is zero (Hacker's Delight, 6-1).
                    marks |= (difference &- ones) & ~difference
                }
                if marks & (ones << 7) != 0 { return true }
                offset += 32
            }
            return bytes[offset...].contains(UInt8(ascii: ";"))
        }
    }
}
