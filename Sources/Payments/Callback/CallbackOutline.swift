// SPDX-License-Identifier: Apache-2.0

/// What a body as a whole reports: its shape, and which of its free containers are reported.
struct CallbackOutline: Sendable {
    /// Nil where no container of a known shape is there.
    var shape: Callback.Shape?
    /// The container of what the customer must be shown, reported only while the operation is not final.
    var action: Container?
    var hasTwoActions = false
    var hasErrorsBesideSuccess = false

    init(_ findings: borrowing ScannedFields, in bytes: Span<UInt8>) {
        let hasErrors = findings.free.contains { $0.container == .errors && $0.hasValue(in: bytes) }
        shape = Self.shape(findings, hasErrors: hasErrors)
        switch shape {
        case .operation, .transaction:
            let status = Self.status(findings, in: bytes)
            hasErrorsBesideSuccess = hasErrors && status == .success
            if !status.isFinal { findAction(findings, in: bytes) }
        case .redirect:
            action = .redirectDataOnly
        case .errors, .token, .recurring, nil:
            break
        }
    }
}

extension CallbackOutline {
    /// What a shape is recognised by, in the order of the event types that are made of it. Errors are
    /// reported only where nothing reports an operation; a recurring change is one only without a payment,
    /// since ordinary callbacks carry `recurring` too.
    private static func shape(_ findings: borrowing ScannedFields, hasErrors: Bool) -> Callback.Shape? {
        if findings.groups.contains(.operation) { return .operation }
        if findings.groups.contains(.transaction) { return .transaction }
        let hasPayment = !findings[.paymentID].isEmpty
        if hasErrors, hasPayment { return .errors }
        if findings.groups.contains(.token) { return .token }
        if findings.groups.contains(.redirect) { return .redirect }
        if hasErrors { return .errors }
        return !findings[.recurringID].isEmpty && !hasPayment ? .recurring : nil
    }

    /// The operation's own status, else the payment's, as the older format has it.
    private static func status(_ findings: borrowing ScannedFields, in bytes: Span<UInt8>) -> Status {
        let own = findings[.operationStatus]
        if !own.isEmpty { return .operation(bytes.extracting(own.range)) }
        return .payment(bytes.extracting(findings[.paymentStatus].range))
    }

    private mutating func findAction(_ findings: borrowing ScannedFields, in bytes: Span<UInt8>) {
        for line in findings.free where line.hasValue(in: bytes) {
            guard let rank = line.container.actionRank else { continue }
            guard let chosen = action, let chosenRank = chosen.actionRank else {
                action = line.container
                continue
            }
            if line.container == chosen { continue }
            if rank == 0, chosenRank == 0 { hasTwoActions = true }
            if rank < chosenRank { action = line.container }
        }
    }

    /// Whether a value at such a place reaches the event.
    func reads(_ place: Schema.Place) -> Bool {
        switch place {
        case .field: true
        case .entry: shape == .transaction
        case .container(.errors): shape == .errors
        // Why the card could not be stored.
        case .container(.requestErrors): shape == .token
        case .container(let container): container == action
        case .sign, .group, .unread: false
        }
    }
}

extension ScannedFields.FreeLine {
    /// Whether the line has a value; one that ends in a colon has none, wherever its path may end.
    func hasValue(in bytes: Span<UInt8>) -> Bool {
        !text.isEmpty && bytes[Int(text.end) - 1] != UInt8(ascii: ":")
    }
}

extension Status {
    /// The one status that errors beside it contradict; the same for operations and payments.
    fileprivate static let success = Status.operation([UInt8]("success".utf8).span)
}
