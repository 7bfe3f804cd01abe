// SPDX-License-Identifier: Apache-2.0

/// A body, read once and strictly: what the signature and the event are both made from, so that no second
/// parser can understand it differently.
///
/// Every `parse` reuses the storage: one array of nodes in the order of the body, each container followed by
/// all that is below it, and one arena, which is the body itself with every escaped string decoded in place.
/// A string's decoded bytes therefore begin where they begin in the body, and an offset into the arena is one
/// into the body.
///
///     {"a":[1,"x\n"],"b":null}
///     node    0 object        1 "a" array      2 number   3 string   4 "b" null
///     next    5               4                3          4          5
public struct JSONTree: Sendable {
    public enum Kind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        case object
        case array
        case string
        case number
        case `true`
        case `false`
        case null
    }

    public struct Node: BitwiseCopyable, Sendable {
        public internal(set) var kind: Kind
        /// Whether PHP prints a number as it is written: an integer within Int64 and not `-0`.
        var isPlainInteger = false
        /// The decoded key of an object's member; `ByteRange.absent` for the root and the elements of an
        /// array.
        public internal(set) var key: ByteRange
        /// The decoded text of a scalar; the range of a container in the body, brackets included.
        public internal(set) var value: ByteRange
        /// The index after the last node of this subtree. A container's first child directly follows it.
        public internal(set) var next: Int32

        public var isContainer: Bool { kind == .object || kind == .array }

        /// A bound on what a scalar's value takes of the signed text; 0 for a container.
        var signedBytes: Int {
            switch kind {
            case .object, .array: 0
            case .string: value.count
            case .number: max(value.count, PHPNumber.maximumBytes)
            case .true, .false, .null: 1
            }
        }
    }

    /// How the members' paths can collide; where none can, flattening is a matter of copying.
    struct Irregularities: OptionSet, BitwiseCopyable, Sendable {
        var rawValue: UInt8 = 0

        static let emptyKey = Irregularities(rawValue: 1)
        static let colonInKey = Irregularities(rawValue: 2)
        /// A member of the root whose key PHP keeps as an integer.
        static let integerKeyAtRoot = Irregularities(rawValue: 4)
        /// A number that PHP does not print as it is written.
        static let reformattedNumber = Irregularities(rawValue: 8)

        /// Without one of these no two members have the same path, and no path is an integer.
        static let collisions: Irregularities = [.emptyKey, .colonInKey, .integerKeyAtRoot]
    }

    public let limits: JSONLimits
    /// The body with its strings decoded, followed by zeros so that eight bytes can be loaded at any offset.
    public private(set) var bytes: [UInt8] = []
    private var scanner = JSONScanner()
    private var layouts = JSONLayouts()
    /// The layout that the body was recognised by; nil if it was scanned.
    private(set) var layout: JSONLayout?

    public init(limits: JSONLimits = JSONLimits()) {
        self.limits = limits
    }

    /// The nodes in the order of the body; empty before the first `parse` and after a failed one.
    public var nodes: [Node] { scanner.nodes }
    var irregularities: Irregularities { scanner.irregularities }
    /// No signed text made of this tree is longer than this, in bytes.
    var signedBytesBound: Int { scanner.signedBytes }

    /// No container's path, with the `:` after it, is longer than this in the signed text.
    var pathBytesBound: Int { scanner.pathBytes }

    /// Parses `body` and replaces the previous tree. After an error the tree is empty.
    public mutating func parse(_ body: RawSpan) throws(JSONError) {
        scanner.clear()
        layout = nil
        // A span borrows all of `self`, so the arena is taken out while it is scanned.
        var arena: [UInt8] = []
        swap(&arena, &bytes)
        defer { swap(&arena, &bytes) }
        arena.removeAll(keepingCapacity: true)
        // Offsets are 32 bits wide. A body of that size was refused long before.
        guard body.byteCount < 1 << 28 else { throw JSONError(.tooLarge, at: 1 << 28) }
        Self.fill(&arena, with: body)
        var place = 0
        while let candidate = layouts[place] {
            if candidate.begins(arena.span) {
                if scanner.take(candidate, &arena, limits: limits) {
                    layouts.moveToFront(place)
                    layout = candidate
                    return
                }
                // Strings were decoded in place.
                Self.fill(&arena, with: body)
            }
            place += 1
        }
        do throws(JSONError) {
            var text = arena.mutableSpan
            try scanner.scan(&text, limits: limits)
        } catch {
            scanner.clear()
            throw error
        }
    }

    /// Whether the body had the layout of an earlier one, so that it was compared instead of scanned.
    public var hasKnownLayout: Bool { layout != nil }

    /// Remembers the layout of the body that was parsed last, which the caller has found to be a callback.
    /// Not of every body: a sender without a key could otherwise push the layouts of callbacks out.
    mutating func noteLayout(of body: RawSpan) {
        if layout == nil { layouts.note(body, scanner) }
    }

    private static func fill(_ arena: inout [UInt8], with body: RawSpan) {
        arena.removeAll(keepingCapacity: true)
        body.withUnsafeBytes { arena.append(contentsOf: $0) }
        arena.append(addingCapacity: JSONScanner.padding) {
            $0.append(repeating: 0, count: JSONScanner.padding)
        }
    }
}

extension JSONTree.Kind {
    /// Whether the value is a text that the sender chooses within a grammar.
    var isText: Bool { self == .string || self == .number }
}
