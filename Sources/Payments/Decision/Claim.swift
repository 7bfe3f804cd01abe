/// What a callback of an operation claims, as far as the decision asks. Its texts lie in the memory that it is
/// compared with.
struct Claim {
    var operationID: Int64
    var date: Timestamp
    var fingerprint: Fingerprint
    var status: PaymentMemory.ToldStatus
    var paymentStatus: PaymentMemory.ToldStatus
    var sums: PaymentMemory.Sums
    var requestHash: UInt64
    var paymentType: Text
    var paymentMethod: Text

    var isFinal: Bool { status.status.isFinal }
    var isIntermediate: Bool { status.status.statusClass == .intermediate }

    var hasUnknownStatus: Bool {
        status.status.statusClass == .unknown
            || (paymentStatus.status.statusClass == .unknown && !paymentStatus.isAbsent)
    }
}

extension PaymentMemory {
    /// Copies from a callback what the decision asks for.
    mutating func claim(of callback: borrowing Callback, fingerprint: Fingerprint) -> Claim {
        let bytes = callback.bytes.span
        let operation = callback.operation
        let payment = callback.payment
        return Claim(
            operationID: operation.id, date: operation.date, fingerprint: fingerprint,
            status: keep(operation.status, as: Status.operation, of: bytes),
            paymentStatus: keep(payment.status, as: Status.payment, of: bytes),
            sums: Sums(
                initial: keep(operation.sumInitial, of: bytes),
                converted: keep(operation.sumConverted, of: bytes),
                payment: keep(payment.sum, of: bytes)),
            requestHash: Self.hash(bytes.extracting(operation.requestID.range)),
            paymentType: keep(payment.type, of: bytes), paymentMethod: keep(payment.method, of: bytes))
    }

    private mutating func keep(
        _ text: Text, as status: (Span<UInt8>) -> Status, of bytes: Span<UInt8>
    ) -> ToldStatus {
        let found = status(bytes.extracting(text.range))
        return ToldStatus(status: found, spelling: found.isKnown ? .absent : keep(text, of: bytes))
    }

    private mutating func keep(_ sum: Callback.Money?, of bytes: Span<UInt8>) -> Callback.Money? {
        guard let sum else { return nil }
        return Callback.Money(amount: sum.amount, currency: keep(sum.currency, of: bytes))
    }

    /// FNV-1a, 64 bits; 0 for no bytes at all. Request ids are the platform's own and signed: nobody chooses them
    /// to collide.
    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        guard !bytes.isEmpty else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
        }
        return hash == 0 ? 1 : hash
    }
}
