// SPDX-License-Identifier: Apache-2.0
public import Payments

/// A record of the review topic or the dead-letter topic that resolves an item of it.
///
/// It has the key of the item, and is in its partition. It names the callback, not the item: the same
/// callback leads to the same item in every copy of the log.
public struct Resolution: Sendable, Equatable {
    /// The values of the header `tidings-resolution`.
    public enum Kind: String, Sendable, CaseIterable {
        /// The callback was written to the callbacks topic again, with the headers of a release.
        case released
        /// Nothing is published.
        case dismissed
        /// The callback was written to the callbacks topic again, as it was.
        case redriven

        /// Whether the callback was written again, in the same transaction.
        public var isRepeated: Bool {
            switch self {
            case .released, .redriven: true
            case .dismissed: false
            }
        }
    }

    public var kind: Kind
    public var callback: CallbackPosition
    public var by: String
    public var at: Timestamp
    /// Nil for a redrive.
    public var reason: String?

    public init(
        _ kind: Kind, of callback: CallbackPosition, by: String, at: Timestamp, reason: String?
    ) {
        self.kind = kind
        self.callback = callback
        self.by = by
        self.at = at
        self.reason = reason
    }

    /// - Returns: nil for an item, and for a record that no command of ours wrote so.
    public init?(_ record: borrowing LoggedRecord) {
        guard let kind = record.text(of: RecordHeader.resolution).flatMap(Kind.init(rawValue:)),
            let callback = record.text(of: RecordHeader.resolves).flatMap({ CallbackPosition($0) }),
            let by = record.text(of: RecordHeader.resolvedBy),
            let at = record.time(of: RecordHeader.resolvedAt)
        else { return nil }
        self.init(
            kind, of: callback, by: by, at: at, reason: record.text(of: RecordHeader.resolutionReason))
    }
}
