// SPDX-License-Identifier: Apache-2.0

/// Makes fingerprints: SHA-256 over the fields of a callback in a written order, of which the first 128 bits
/// are kept.
///
/// The bytes hashed are, in this order:
///
///     version        one byte, 2
///     kind           one byte: 1 operation or transaction, 2 token, 3 recurring, 4 redirect, 5 errors
///     project id     number
///
///     kind 1         payment id (folded), operation id (number), operation type (folded), operation status,
///                    request id, code, initial sum, converted sum, payment status, payment sum, sum_real and
///                    sum_refund of the transaction format, action
///     kinds 2 to 5   payment id (folded), payment type (folded), method, payment status, payment sum, description,
///                    customer id; request id, action (folded), status (folded); token, token status (folded);
///                    recurring id, status (folded), type (folded), currency, valid_thru, exp_year, exp_month,
///                    period (folded), time, interval; action; lines of the errors
///
/// A *number* is eight bytes, little-endian. A *text* is its length in four bytes, little-endian, then its
/// bytes; an absent one has length 0. A *folded* text has its ASCII letters small and, but for ids, `_` as a
/// space. A *status* is the folded text of its published spelling. A *sum* is one byte, 0 or 1, and where it
/// is 1 the amount and the currency. *Lines* are their count in four bytes, then path and value of each. An
/// *action* is one byte, 0 or its kind plus 1, and where it is not 0 its lines. So no two different callbacks
/// are hashed as the same bytes.
///
/// Of an operation, dates, the signature, descriptions, messages and the provider's fields are not in it: a
/// redelivery may carry others. Without an operation there is no date that would report news from a
/// redelivery. So there it covers every event field that is taken from the signed lines, and the request id;
/// only not `token_created_at`.
///
/// Belongs to one thread: the buffer is reused.
public struct Fingerprinter {
    private var hashed = ByteBuffer()

    public init() {}

    /// The content of the callback, hashed.
    public mutating func fingerprint(of callback: borrowing Callback) -> Fingerprint {
        hashed.truncate(to: 0)
        hashed.append(2)
        hashed.append(Self.kind(of: callback.shape))
        append(callback.projectID)
        switch callback.shape {
        case .operation, .transaction: appendOperation(callback)
        case .token, .recurring, .redirect, .errors: appendUndated(callback)
        }
        let digest = SHA256.digest(of: hashed.written(from: 0))
        return Fingerprint(high: digest[0], low: digest[1])
    }

    private mutating func appendUndated(_ callback: borrowing Callback) {
        let bytes = callback.bytes.span
        let payment = callback.payment
        appendIdentifier(payment.id, of: bytes)
        appendFolded(payment.type, of: bytes)
        append(payment.method, of: bytes)
        append(payment.status, as: Status.payment, of: bytes)
        append(payment.sum, of: bytes)
        append(payment.description, of: bytes)
        append(callback.customerID, of: bytes)
        append(callback.request.id, of: bytes)
        appendFolded(callback.request.action, of: bytes)
        appendFolded(callback.request.status, of: bytes)
        append(callback.token.token, of: bytes)
        appendFolded(callback.token.status, of: bytes)
        append(callback.recurring, of: bytes)
        append(callback.action, of: bytes)
        append(callback.errors, of: bytes)
    }

    private mutating func append(_ recurring: Callback.Recurring, of bytes: Span<UInt8>) {
        append(recurring.id, of: bytes)
        appendFolded(recurring.status, of: bytes)
        appendFolded(recurring.type, of: bytes)
        append(recurring.currency, of: bytes)
        append(recurring.validThru, of: bytes)
        append(recurring.expiryYear, of: bytes)
        append(recurring.expiryMonth, of: bytes)
        appendFolded(recurring.period, of: bytes)
        append(recurring.time, of: bytes)
        append(recurring.interval, of: bytes)
    }

    private mutating func appendOperation(_ callback: borrowing Callback) {
        let bytes = callback.bytes.span
        let operation = callback.operation
        appendIdentifier(callback.payment.id, of: bytes)
        append(operation.id)
        appendFolded(operation.type, of: bytes)
        append(operation.status, as: Status.operation, of: bytes)
        append(operation.requestID, of: bytes)
        append(operation.code, of: bytes)
        append(operation.sumInitial, of: bytes)
        append(operation.sumConverted, of: bytes)
        append(callback.payment.status, as: Status.payment, of: bytes)
        append(callback.payment.sum, of: bytes)
        append(callback.sumReal, of: bytes)
        append(callback.sumRefund, of: bytes)
        append(callback.action, of: bytes)
    }

    private static func kind(of shape: Callback.Shape) -> UInt8 {
        switch shape {
        case .operation, .transaction: 1
        case .token: 2
        case .recurring: 3
        case .redirect: 4
        case .errors: 5
        }
    }

    // MARK: the parts

    private mutating func append(_ number: Int64) {
        hashed.appendLittleEndian(number)
    }

    private mutating func append(count: Int) {
        hashed.appendLittleEndian(UInt32(count))
    }

    private mutating func append(_ text: ByteRange, of bytes: Span<UInt8>) {
        append(count: text.count)
        hashed.append(text, of: bytes)
    }

    private mutating func appendFolded(_ text: ByteRange, of bytes: Span<UInt8>) {
        append(text, of: bytes) { FoldedName.folded($0) }
    }

    /// An id of the merchant's: `_` is not a space in it.
    private mutating func appendIdentifier(_ text: ByteRange, of bytes: Span<UInt8>) {
        append(text, of: bytes) { $0 == UInt8(ascii: "_") ? $0 : FoldedName.folded($0) }
    }

    @inline(__always)
    private mutating func append(_ text: ByteRange, of bytes: Span<UInt8>, folding fold: (UInt8) -> UInt8) {
        append(count: text.count)
        hashed.append(upTo: text.count) { place in
            for offset in 0..<text.count { place[offset] = fold(bytes[Int(text.start) + offset]) }
            return text.count
        }
    }

    private mutating func append(
        _ text: ByteRange, as status: (Span<UInt8>) -> Status, of bytes: Span<UInt8>
    ) {
        guard let spelling = status(bytes.extracting(text.range)).spelling else {
            return appendFolded(text, of: bytes)
        }
        append(count: spelling.utf8CodeUnitCount)
        spelling.withUTF8Buffer { published in
            for byte in published { hashed.append(FoldedName.folded(byte)) }
        }
    }

    private mutating func append(_ sum: Callback.Money?, of bytes: Span<UInt8>) {
        guard let sum else { return hashed.append(0) }
        hashed.append(1)
        append(sum.amount)
        append(sum.currency, of: bytes)
    }

    private mutating func append(_ lines: [Callback.Line], of bytes: Span<UInt8>) {
        append(count: lines.count)
        for line in lines {
            append(line.path, of: bytes)
            append(line.value, of: bytes)
        }
    }

    private mutating func append(_ action: Callback.Action?, of bytes: Span<UInt8>) {
        guard let action else { return hashed.append(0) }
        hashed.append(action.kind.rawValue + 1)
        append(action.lines, of: bytes)
    }
}
