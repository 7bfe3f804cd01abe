// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// One line for a person: what is wrong, where, and what it means.
extension Fault: CustomStringConvertible {
    public var description: String {
        var words = ["\(kind.name)"]
        words.append("partition \(partition)")
        if let callback { words.append("callback \(callback)") }
        if let decision { words.append("(\(decision.name))") }
        if let key { words.append("of \(String(escaping: key))") }
        return words.joined(separator: " ") + ": " + sentence
    }

    private var record: String {
        guard let topic else { return "record" }
        return "\(topic.outputName) record" + (offset.map { " \($0)" } ?? "")
    }

    private var sentence: String {
        switch kind {
        case .missing: "its \(record) is not there"
        case .differs(let differences):
            "its \(record) differs in \(differences.map { String(escaping: $0.name.utf8) }.joined(separator: ", "))"
        case .unexpected(.noOrigin): "\(record) names no callback of this partition"
        case .unexpected(.notDue):
            "\(record) claims this callback, which leads to no such record or to one already seen"
        case .unexpected(.noCallback): "\(record) claims this callback, which does not exist"
        case .outOfOrder: "its \(record) is behind that of a later callback"
        case .revisionGap(let count):
            count == 1 ? "an event before it is gone" : "\(count) events before it are gone"
        case .stateDiffers: "the changelog remembers it otherwise than its callbacks lead to"
        case .stateMissing: "the changelog does not remember it"
        case .stateUnexpected: "the changelog remembers it, and no callback leads to that"
        case .logEndsEarly(let committed):
            "the workers have committed offset \(committed), and the log ends at \(offset ?? 0)"
        case .callbacksLost(let from, let to):
            "callbacks were deleted before they were processed: offsets \(from) to \(to - 1)"
        case .callbacksSkipped(let from, let to):
            "an operator had callbacks skipped: offsets \(from) to \(to - 1)"
        case .repeatMissing(let kind):
            "its item was \(kind.rawValue), and the callbacks topic does not have it a second time"
        case .resolutionMissing(let kind):
            "it is there as a \(kind.rawValue) callback, and no \(record) resolves the item"
        case .resolvedTwice: "\(record) resolves an item that was resolved before"
        case .unprocessedPartition(let count):
            "it was added later, and no worker processes it: the partitions are processed as \(count)"
        }
    }
}
