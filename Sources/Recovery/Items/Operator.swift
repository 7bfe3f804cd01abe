// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// Who resolves an item, and why: both are published, and stay on the topics.
public struct Operator: Sendable, Equatable {
    public let name: String
    public let reason: String

    /// - Throws: a sentence about a name or reason that the contract does not take.
    public init(name: String, reason: String) throws(RecoveryError) {
        try Self.check(name: name)
        try Self.check(reason, "the reason", Release.longestReason)
        self.name = name
        self.reason = reason
    }

    static func check(name: String) throws(RecoveryError) {
        try check(name, "the name", Release.longestName)
    }

    private static func check(_ text: String, _ what: String, _ limit: Int) throws(RecoveryError) {
        guard !text.isEmpty, text.utf8.count <= limit,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw .refused("\(what) must be 1 to \(limit) bytes of text without control characters")
        }
    }
}
