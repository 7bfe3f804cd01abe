// SPDX-License-Identifier: Apache-2.0

/// A body to be made of a signed text: where its lines begin, where each line's path ends, and how that is
/// spelt.
struct BodyPlan {
    /// One line of the body.
    struct Line: Equatable {
        /// In the signed text.
        var start: Int
        /// The `:` that ends the path.
        var colon: Int
        var end: Int
        /// Which of the containers that vanish from a path it is in; the root itself is 0.
        var wrapper = 0
        /// Bit n set: the n-th `:` of the path is part of a key instead of standing between two.
        var joined: UInt64 = 0
        var spelling = Spelling.text
    }

    /// How a value is written; none shows in the text.
    enum Spelling: CaseIterable {
        case text
        /// Digits as a number, `1`, `0` and nothing as true, false and null.
        case literal
        /// Digits with a fraction of zero.
        case fraction
        case exponent
    }

    var lines: [Line]
    /// Keys that vanish where they are at the root: the ways into each wrapper but the first.
    var wrappers: [[String]] = [[], [""], ["0"], ["", ""], ["0", ""]]
    /// Where the first key of a container is `0`, an array is opened instead, and given up if it cannot go
    /// on.
    var usesArrays = false
    /// Members without a line, put in at the beginning of each wrapper: `frame_mode`, empty containers,
    /// nested signatures, spelt as members.
    var ornaments: [String] = []

    /// The body; nil where this plan cannot be spelt.
    func body(of text: [UInt8]) -> [UInt8]? {
        var writer = BodyWriter(usesArrays: usesArrays)
        writer.begin()
        for (index, ornament) in ornaments.enumerated() where index % 2 == 0 { writer.raw(ornament) }
        for wrapper in wrappers.indices {
            let inside = lines.filter { $0.wrapper == wrapper }
            if inside.isEmpty { continue }
            for key in wrappers[wrapper] { writer.wrap(Array(key.utf8)) }
            for (index, ornament) in ornaments.enumerated() where index % 2 == 1 && wrapper > 0 {
                writer.raw(ornament)
            }
            for line in inside {
                let keys = Self.keys(of: text[line.start..<line.colon], joined: line.joined)
                guard writer.member(keys, Self.value(text[(line.colon + 1)..<line.end], line.spelling)) else {
                    return nil
                }
            }
            writer.unwrap()
        }
        writer.end()
        return writer.body
    }

    /// The keys of a path. A doubled colon can be one of a key's own (bit set) or an empty key between two.
    private static func keys(of path: ArraySlice<UInt8>, joined: UInt64) -> [[UInt8]] {
        var keys: [[UInt8]] = [[]]
        var colons: UInt64 = 0
        var index = path.startIndex
        while index < path.endIndex {
            let byte = path[index]
            if byte == UInt8(ascii: ":") {
                let isJoined = colons < 64 && joined & (1 << colons) != 0
                colons += 1
                if isJoined {
                    keys[keys.count - 1].append(byte)
                    // In the text a key's colon is doubled: the second one goes with it.
                    if index + 1 < path.endIndex, path[index + 1] == byte { index += 1 }
                } else {
                    keys.append([])
                }
            } else {
                keys[keys.count - 1].append(byte)
            }
            index += 1
        }
        return keys
    }

    private static func value(_ value: ArraySlice<UInt8>, _ spelling: Spelling) -> [UInt8] {
        let isNumber =
            !value.isEmpty && value.count < 15 && value.allSatisfy { (0x30...0x39).contains($0) }
            && (value.count == 1 || value.first != 0x30)
        switch spelling {
        case .text: break
        case .literal:
            if value.isEmpty { return Array("null".utf8) }
            if value.elementsEqual([0x31]) { return Array("true".utf8) }
            if value.elementsEqual([0x30]) { return Array("false".utf8) }
            if isNumber { return Array(value) }
        case .fraction:
            if isNumber { return Array(value) + Array(".0".utf8) }
        case .exponent:
            if isNumber { return Array(value) + Array("0e-1".utf8) }
        }
        return BodyWriter.quoted(value)
    }
}

/// Writes members one after the other, opening and closing containers as their keys ask for.
struct BodyWriter {
    private(set) var body: [UInt8] = []
    private var path: [[UInt8]] = []
    /// Of each open container below the root: the next index, if it is an array.
    private var next: [Int?] = []
    private var isFirst = true
    /// How many of the open containers are wrappers.
    private var wrapperDepth = 0
    private let usesArrays: Bool

    init(usesArrays: Bool) {
        self.usesArrays = usesArrays
    }

    mutating func begin() { body.append(UInt8(ascii: "{")) }

    mutating func end() {
        unwrap()
        body.append(UInt8(ascii: "}"))
    }

    /// Opens a container for the members to come, whatever their keys.
    mutating func wrap(_ key: [UInt8]) {
        separate()
        label(key)
        body.append(UInt8(ascii: "{"))
        path.append(key)
        next.append(nil)
        isFirst = true
        wrapperDepth += 1
    }

    mutating func unwrap() {
        close(to: 0)
        wrapperDepth = 0
    }

    mutating func raw(_ member: String) {
        separate()
        body += member.utf8
    }

    /// False where the container that the keys lead to is an array by now and has no such place.
    mutating func member(_ keys: [[UInt8]], _ value: [UInt8]) -> Bool {
        let base = wrapperDepth
        var shared = base
        while shared < path.count, shared - base < keys.count - 1, path[shared] == keys[shared - base] {
            shared += 1
        }
        close(to: shared)
        for index in (shared - base)..<(keys.count - 1) {
            separate()
            guard label(keys[index]) else { return false }
            let isArray = usesArrays && keys[index + 1] == [UInt8(ascii: "0")]
            body.append(UInt8(ascii: isArray ? "[" : "{"))
            path.append(keys[index])
            next.append(isArray ? 0 : nil)
            isFirst = true
        }
        separate()
        guard let last = keys.last, label(last) else { return false }
        body += value
        return true
    }

    private mutating func close(to depth: Int) {
        while path.count > depth {
            body.append(UInt8(ascii: next.removeLast() == nil ? "}" : "]"))
            path.removeLast()
            isFirst = false
        }
    }

    private mutating func separate() {
        if !isFirst { body.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    @discardableResult
    private mutating func label(_ key: [UInt8]) -> Bool {
        if let index = next.last, let index {
            guard key == Array("\(index)".utf8) else { return false }
            next[next.count - 1] = index + 1
            return true
        }
        body += Self.quoted(key[...])
        body.append(UInt8(ascii: ":"))
        return true
    }

    static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        quoted.append(UInt8(ascii: "\""))
        return quoted
    }
}
