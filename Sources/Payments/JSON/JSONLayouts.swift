// SPDX-License-Identifier: Apache-2.0

/// The layouts of the last bodies, so that a body is compared with what is expected instead of scanned.
///
/// Few are kept: a platform has a handful of formats. One is made of the second body that has its members, so
/// that bodies which never come again cost no more than their scan.
struct JSONLayouts: Sendable {
    /// How many layouts are kept, and the numbers of their slots.
    static let limit = 8

    private var layouts = [JSONLayout?](repeating: nil, count: limit)
    /// The slots, the most recently used first.
    private var order = Array(0..<limit)
    /// Hashes of the members of bodies without a layout, in places of their own choice.
    private var seen = [UInt64](repeating: 0, count: 64)

    /// The layouts from the most recently used on; nil behind the last one.
    subscript(place: Int) -> JSONLayout? {
        // Slots that were never filled are behind all others.
        place < Self.limit ? layouts[order[place]] : nil
    }

    /// Notes that the layout at this place was used.
    mutating func moveToFront(_ place: Int) {
        if place > 0 { order.insert(order.remove(at: place), at: 0) }
    }

    /// Makes a layout of a body if one with the same members was seen before, in place of the one that was
    /// not used for longest.
    mutating func note(_ body: RawSpan, _ scanner: borrowing JSONScanner) {
        let hash = Self.hash(of: scanner.nodes)
        let place = Int(hash >> 58)
        guard seen[place] == hash else { return seen[place] = hash }
        let slot = order[Self.limit - 1]
        guard let layout = JSONLayout(body, scanner, slot: slot) else { return }
        layouts[slot] = layout
        moveToFront(Self.limit - 1)
    }

    /// Equal for bodies with the same members. Others may collide: then a layout is made that is not used.
    private static func hash(of nodes: [JSONTree.Node]) -> UInt64 {
        var hash: UInt64 = 0
        for node in nodes {
            let word = UInt64(node.kind.rawValue) << 56 ^ UInt64(node.key.count) << 28 ^ UInt64(node.next)
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
        }
        return hash
    }
}
