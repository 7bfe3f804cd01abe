// SPDX-License-Identifier: Apache-2.0

/// The callbacks of one connection in the order in which they are due: a binary heap.
struct LoadQueue {
    struct Element {
        /// From the start of the load.
        var due: Duration
        /// Among equal times the earlier one goes first.
        var number: Int
        var entry: ScenarioPlan.Entry
        /// Whether it must be answered with 200.
        var isGenuine: Bool
    }

    private var elements: [Element] = []
    private var count = 0

    var first: Element? { elements.first }

    mutating func insert(_ entry: ScenarioPlan.Entry, due: Duration, isGenuine: Bool) {
        count += 1
        elements.append(Element(due: due, number: count, entry: entry, isGenuine: isGenuine))
        var index = elements.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            elements.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> Element? {
        guard !elements.isEmpty else { return nil }
        elements.swapAt(0, elements.count - 1)
        let first = elements.removeLast()
        var index = 0
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < elements.count }
            guard let least = children.min(by: { precedes($0, $1) }), precedes(least, index) else {
                return first
            }
            elements.swapAt(index, least)
            index = least
        }
    }

    var remaining: Int { elements.count }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (elements[left].due, elements[left].number) < (elements[right].due, elements[right].number)
    }
}
