// SPDX-License-Identifier: Apache-2.0

/// What one record of `payments.status.v1` reports, besides the callback and the payment state that it
/// borrows its texts from.
struct Event {
    var type: EventType
    var fingerprint: Fingerprint
    var previous: PaymentState.PublishedCallback?
    /// Whether the operation's latest status is another one.
    var isSuperseded: Bool
    var position: RecordPosition
    /// By the receipt; without one, the record's time.
    var receivedAt: Timestamp
    /// What the receipt says of the signature: a range of its bytes, and the rule. Absent without a receipt.
    var keyID: ByteRange
    var signatureRule: SignatureRule?
    /// Who released the callback from review: a range of the receipt's bytes. Absent for any other.
    var releasedBy: ByteRange
    /// Absent for a callback that the platform posted to an ingress.
    var origin: ReceiptOrigin?

    /// When what it publishes happened: the operation's date. What has no date happened when it was received,
    /// as far as anybody knows.
    func occurredAt(_ callback: borrowing Callback) -> Timestamp {
        callback.isDated ? callback.operation.date : receivedAt
    }

    /// Appends the event's id: the fingerprint in hex, `-`, and the date's Unix seconds, which are 0 for what
    /// has no date. Never an offset or a clock: the same callback has the same id in any copy of the log.
    func appendID(_ callback: borrowing Callback, to bytes: inout ByteBuffer) {
        fingerprint.appendHexadecimal(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDecimal(callback.isDated ? callback.operation.date.seconds : 0)
    }
}

extension Callback {
    /// Whether it reports an operation, and so has a date.
    var isDated: Bool { shape == .operation || shape == .transaction }
}

extension Timestamp {
    /// The platform's dates have whole seconds; a fraction is published where one was sent.
    var publishedPrecision: Precision { milliseconds % 1000 == 0 ? .seconds : .milliseconds }
}
