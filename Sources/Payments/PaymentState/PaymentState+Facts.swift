// SPDX-License-Identifier: Apache-2.0

/// What a callback is beside its operation, as the decision table asks for it.
extension PaymentState {
    func facts(
        of callback: DatedCallback, at index: Int, seenAt: Timestamp?, renewed: Operation?,
        isReopening: Bool, _ settings: DeduplicationSettings
    ) -> DecisionTable.OperationFacts {
        let operation = operations[index]
        let published = callback.published
        let slot = callback.slot
        let latestSlot = operation.latestSlot
        var accepted = operation
        if isReopening { accepted.isClosed = false }
        let becomesLatest = accepted.accept(callback)
        return DecisionTable.OperationFacts(
            date: callback.date, slot: slot, isClosing: callback.isClosing,
            finalDate: operation[.final]?.date, otherDate: operation[.other]?.date,
            unknownDate: operation[.unknown]?.date, latest: latestSlot, isClosed: operation.isClosed,
            seenAt: seenAt, isForgotten: operation.forgottenThrough.map { callback.date <= $0 } ?? false,
            hasFingerprintOfLatest: operation.latest?.fingerprint == published.fingerprint,
            hasStatusOfFinal: operation[.final].map { areEqual($0.status, published.status) } ?? false,
            repeatsFinal: slot == .final && operation[.final].map { repeats($0, published) } ?? false,
            hasOtherMoney: operation[slot].map { hasOtherMoney($0, published) } ?? false,
            correctsLatest: becomesLatest && latestSlot == .final
                && operation[.final].map { corrects($0, published) } ?? false,
            liftsPayment: renewed.map { isLifted($0, at: index) } ?? false,
            toleranceMilliseconds: settings.dateToleranceMilliseconds)
    }

    /// The newest date of a callback's fingerprint; nil where the operation does not know it.
    func seenDate(of callback: DatedCallback, at index: Int) -> Timestamp? {
        let fingerprint = callback.published.fingerprint
        if let known = seen(of: operations[index]).first(where: { $0.fingerprint == fingerprint }) {
            return known.date
        }
        guard let held = operations[index][callback.slot], held.fingerprint == fingerprint else { return nil }
        return held.date
    }

    /// The operation with a duplicate's newer date; nil where its published callback keeps its date. That of
    /// the latest status moves with any duplicate, that of another one only with its own redelivery.
    func renewed(
        at index: Int, by callback: DatedCallback, seenAt: Timestamp?,
        _ settings: DeduplicationSettings
    ) -> Operation? {
        var operation = operations[index]
        let slot = callback.slot
        guard let held = operation[slot], callback.date > held.date else { return nil }
        let isSame = held.fingerprint == callback.published.fingerprint
        guard isSame || (slot == .final && repeats(held, callback.published)) else { return nil }
        let date = callback.date
        let isNear = seenAt?.isWithin(settings.dateToleranceMilliseconds, of: date) ?? false
        guard operation.latestSlot == slot || (isNear && isSame) else { return nil }
        operation[slot]?.date = date
        return operation
    }

    /// Whether a final has status, payment status and money of the published one. What it leaves out is no
    /// difference.
    private func repeats(_ final: PublishedCallback, _ callback: PublishedCallback) -> Bool {
        areEqual(final.status, callback.status)
            && (callback.paymentStatus.isAbsent || areEqual(final.paymentStatus, callback.paymentStatus))
            && contains(final.sums, callback.sums)
    }

    private func hasOtherMoney(_ held: PublishedCallback, _ callback: PublishedCallback) -> Bool {
        held.date == callback.date && held.requestHash == callback.requestHash
            && areEqual(held.status, callback.status)
            && (callback.paymentStatus.isAbsent || areEqual(held.paymentStatus, callback.paymentStatus))
            && contradict(held.ownSums, callback.sums)
    }

    private func corrects(_ final: PublishedCallback, _ callback: PublishedCallback) -> Bool {
        !areEqual(final.status, callback.status) || contradict(final.sums, callback.sums)
    }
}
