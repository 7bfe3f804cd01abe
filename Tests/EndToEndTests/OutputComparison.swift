// SPDX-License-Identifier: Apache-2.0

/// How what readers find in a topic differs from what must be there.
struct OutputComparison: Codable, Equatable {
    var count = 0
    /// There, and once more than it must be.
    var doubled = 0
    var missing = 0
    /// There, and not to be there at all.
    var unexpected = 0
    /// Records in another place than theirs, where all are there and nothing else.
    var outOfOrder = 0

    init(found: [Expectation.Output], wanted: [Expectation.Output]) {
        count = found.count
        var due: [Expectation.Output: Int] = [:]
        for output in wanted { due[output, default: 0] += 1 }
        for output in found {
            switch due[output] {
            case nil: unexpected += 1
            case 0: doubled += 1
            case .some(let left): due[output] = left - 1
            }
        }
        missing = due.values.reduce(0, +)
        guard doubled == 0, missing == 0, unexpected == 0 else { return }
        outOfOrder = zip(found, wanted).count { $0 != $1 }
    }

    static func + (one: OutputComparison, other: OutputComparison) -> OutputComparison {
        var sum = one
        sum.count += other.count
        sum.doubled += other.doubled
        sum.missing += other.missing
        sum.unexpected += other.unexpected
        sum.outOfOrder += other.outOfOrder
        return sum
    }

    var isExact: Bool { doubled == 0 && missing == 0 && unexpected == 0 && outOfOrder == 0 }
}
