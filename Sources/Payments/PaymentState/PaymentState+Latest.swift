// SPDX-License-Identifier: Apache-2.0
extension PaymentState.Operation {
    /// Which of the published callbacks is the operation's latest status; nil before the first one.
    ///
    /// Dates alone do not order a final status and one that is not. Where a closing status was seen, the
    /// newest final is the latest. Otherwise the newer of the two is, and on a tie the final one. A status of
    /// class `unknown` is the latest where it is newer than that.
    var latestSlot: PaymentState.Slot? {
        var latest: PaymentState.Slot?
        let (final, other) = (self[.final], self[.other])
        if let final, isClosed || other.map({ final.date >= $0.date }) ?? true {
            latest = .final
        } else if other != nil {
            latest = .other
        }
        guard let unknown = self[.unknown] else { return latest }
        return latest.flatMap { self[$0] }.map { unknown.date > $0.date } ?? true ? .unknown : latest
    }

    /// The operation's latest status.
    public var latest: PaymentState.PublishedCallback? { latestSlot.flatMap { self[$0] } }

    /// Takes in a callback that is published. Whether it becomes the latest.
    mutating func accept(_ callback: DatedCallback) -> Bool {
        let slot = callback.slot
        if callback.isClosing { isClosed = true }
        let isNewest = slot != .final || self[.final].map { callback.published.date >= $0.date } ?? true
        if isNewest { self[slot] = callback.published }
        return isNewest && latestSlot == slot
    }
}

extension PaymentState.LatestPayment {
    /// Whether this is of an older date; on a tie a final status is greater, then the higher operation id.
    static func < (left: Self, right: Self) -> Bool {
        (left.date, left.isFinal ? 1 : 0, left.operationID)
            < (right.date, right.isFinal ? 1 : 0, right.operationID)
    }
}

extension PaymentState {
    /// The payment's latest status and amount: those of the operation whose latest status has the greatest
    /// separate date. What that one leaves out is the next operation's.
    public var latest: LatestPayment? {
        guard var latest = greatest(where: { _ in true }) else { return nil }
        if latest.status.isAbsent { latest.status = greatest { !$0.status.isAbsent }?.status ?? .absent }
        if latest.sum == nil { latest.sum = greatest { $0.sum != nil }?.sum }
        if latest.type.isEmpty { latest.type = greatest { !$0.type.isEmpty }?.type ?? .absent }
        if latest.method.isEmpty { latest.method = greatest { !$0.method.isEmpty }?.method ?? .absent }
        return latest
    }

    private func greatest(where isWanted: (LatestPayment) -> Bool) -> LatestPayment? {
        var greatest =
            forgottenLatest.flatMap { isWanted($0) ? $0 : nil }
            ?? forgottenSum.flatMap { isWanted($0) ? $0 : nil }
        for operation in operations {
            guard let candidate = candidate(of: operation), isWanted(candidate) else { continue }
            if greatest.map({ $0 < candidate }) ?? true { greatest = candidate }
        }
        return greatest
    }

    /// The payment as an operation's latest status reports it.
    func candidate(of operation: Operation) -> LatestPayment? {
        guard let slot = operation.latestSlot, let latest = operation[slot] else { return nil }
        return LatestPayment(
            date: latest.date, isFinal: slot == .final, operationID: operation.id,
            status: latest.paymentStatus, sum: latest.sums.payment, type: latest.paymentType,
            method: latest.paymentMethod)
    }

    /// Whether the operation, with what it would become, takes the place of another one as the payment's
    /// latest.
    func isLifted(_ operation: Operation, at index: Int) -> Bool {
        guard let candidate = candidate(of: operation) else { return false }
        let before = greatest(where: { _ in true })?.operationID
        if before == operation.id { return false }
        if let forgottenLatest, !(forgottenLatest < candidate) { return false }
        return operations.indices.allSatisfy { other in
            other == index || self.candidate(of: operations[other]).map { $0 < candidate } ?? true
        }
    }

    /// Forgets the detail of an operation. Its callbacks are stale from then on, up to the newest date of any
    /// of them.
    mutating func forget(at index: Int, settings: DeduplicationSettings) {
        let forgotten = operations.remove(at: index)
        let end = forgotten.newest.advanced(by: settings.dateToleranceMilliseconds)
        forgottenThrough = max(forgottenThrough ?? end, end)
        // The greatest of a set: no matter in which order, and in how many steps, its members were forgotten.
        let all = [forgottenLatest, forgottenSum, candidate(of: forgotten)].compactMap { $0 }
        forgottenLatest = all.max(by: <)
        forgottenSum = forgottenLatest?.sum == nil ? all.filter { $0.sum != nil }.max(by: <) : nil
    }
}
