// SPDX-License-Identifier: Apache-2.0
public import Payments

/// Why a record of the callbacks topic is there although no ingress received it: a person had a callback
/// written again.
public struct RepeatedCallback: Sendable, Equatable {
    /// `released` or `redriven`.
    public var kind: Resolution.Kind
    /// The record that was repeated.
    public var from: CallbackPosition
    public var by: String
    public var at: Timestamp
    /// Of a release.
    public var reason: String?
    /// Of a redrive: how many there were of this callback.
    public var attempt: Int?

    /// - Returns: nil for a record of an ingress or another producer. A redrive keeps the headers of a
    ///   release that came before it.
    public init?(_ record: borrowing LoggedRecord) {
        let isRedriven = record.header(RecordHeader.redrivenFrom) != nil
        let (from, by, at): (StaticString, StaticString, StaticString) =
            isRedriven
            ? (RecordHeader.redrivenFrom, RecordHeader.redrivenBy, RecordHeader.redrivenAt)
            : (RecordHeader.releasedFrom, RecordHeader.releasedBy, RecordHeader.releasedAt)
        guard let position = record.text(of: from).flatMap({ CallbackPosition($0) }),
            let name = record.text(of: by), let time = record.time(of: at)
        else { return nil }
        kind = isRedriven ? .redriven : .released
        (self.from, self.by, self.at) = (position, name, time)
        if isRedriven {
            attempt = record.text(of: RecordHeader.redrivenAttempt).flatMap { Int($0) }
        } else {
            reason = record.text(of: RecordHeader.releaseReason)
        }
    }
}
