// SPDX-License-Identifier: Apache-2.0

/// A callback of an operation, as far as the decision depends on it. Its texts are in the state that it is
/// compared with.
struct DatedCallback {
    var operationID: Int64
    var slot: PaymentState.Slot
    /// Whether the status table lets nothing follow its status.
    var isClosing: Bool
    /// What is kept of it if it is published.
    var published: PaymentState.PublishedCallback

    var date: Timestamp { published.date }

    var hasUnknownStatus: Bool {
        slot == .unknown
            || (published.paymentStatus.status.statusClass == .unknown && !published.paymentStatus.isAbsent)
    }
}

extension PaymentState {
    /// Copies from a callback what the decision depends on.
    mutating func dated(_ callback: borrowing Callback, fingerprint: Fingerprint) -> DatedCallback {
        let bytes = callback.bytes.span
        let operation = callback.operation
        let payment = callback.payment
        let status = keep(operation.status, as: Status.operation, of: bytes)
        return DatedCallback(
            operationID: operation.id, slot: Slot(status.status.statusClass),
            isClosing: status.status.isClosing,
            published: PublishedCallback(
                date: operation.date, fingerprint: fingerprint,
                requestHash: Self.hash(bytes.extracting(operation.requestID.range)), status: status,
                paymentStatus: keep(payment.status, as: Status.payment, of: bytes),
                sums: Sums(
                    initial: keep(operation.sumInitial, of: bytes),
                    converted: keep(operation.sumConverted, of: bytes),
                    payment: keep(payment.sum, of: bytes),
                    real: keep(callback.sumReal, of: bytes), refund: keep(callback.sumRefund, of: bytes)),
                paymentType: keep(payment.type, of: bytes), paymentMethod: keep(payment.method, of: bytes)))
    }

    private mutating func keep(
        _ text: ByteRange, as status: (Span<UInt8>) -> Status, of bytes: Span<UInt8>
    ) -> PublishedStatus {
        let found = status(bytes.extracting(text.range))
        return PublishedStatus(status: found, spelling: found.isKnown ? .absent : keep(text, of: bytes))
    }

    private mutating func keep(_ sum: Callback.Money?, of bytes: Span<UInt8>) -> Callback.Money? {
        guard let sum else { return nil }
        return Callback.Money(amount: sum.amount, currency: keep(sum.currency, of: bytes))
    }

    /// FNV-1a, 64 bits; 0 for no bytes. Request ids are the platform's own and signed: no attacker chooses
    /// them to collide.
    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        guard !bytes.isEmpty else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
        }
        return hash == 0 ? 1 : hash
    }
}

extension PaymentState.PublishedCallback {
    /// Takes over what this callback leaves out of its payment: a missing sum erases nothing.
    mutating func inherit(from before: Self) {
        if paymentStatus.isAbsent, !before.paymentStatus.isAbsent {
            paymentStatus = before.paymentStatus
            hasInheritedStatus = true
        }
        if sums.payment == nil, before.sums.payment != nil {
            sums.payment = before.sums.payment
            hasInheritedSum = true
        }
        if paymentType.isEmpty { paymentType = before.paymentType }
        if paymentMethod.isEmpty { paymentMethod = before.paymentMethod }
    }

    /// The sums that the callback itself has.
    var ownSums: PaymentState.Sums {
        var own = sums
        if hasInheritedSum { own.payment = nil }
        return own
    }
}
