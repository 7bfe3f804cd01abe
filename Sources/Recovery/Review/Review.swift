// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Payments
public import Telemetry

/// The items that a person decides on: lists them, shows one, and releases or dismisses it.
///
/// Confined to the thread that made it.
public struct Review {
    /// One item, and what a person needs to decide on it.
    public struct Detail {
        public var item: Item
        /// Nil where the callbacks topic does not have it any more: then it can only be dismissed.
        public var callback: LoggedRecord?
        /// What the workers know of its payment.
        public var state: PaymentState?
        /// Nil where there is no callback to release.
        public var plan: ReleasePlan?
    }

    public let items: ItemReader

    /// - Throws: topics that are not there.
    public init(_ settings: ItemSettings, log: Log) throws(RecoveryError) {
        items = try ItemReader(settings, log: log)
    }

    /// An item with everything that a release would depend on.
    public func detail(
        of position: RecordPosition, by person: Operator, at time: Timestamp,
        accepting further: Set<Decision> = []
    ) throws(RecoveryError) -> Detail {
        var detail = Detail(item: try items.item(of: position, on: .review))
        let bytes = try items.state(of: detail.item.key, in: position.partition)
        if let bytes {
            do throws(PaymentStateError) {
                detail.state = try PaymentState(decoding: bytes.span.bytes)
            } catch {
                throw .refused("the changelog's state of the payment cannot be read: \(error)")
            }
        }
        detail.callback = try items.callback(at: detail.item.callback)
        if let callback = detail.callback {
            detail.plan = try ReleasePlan(
                of: detail.item, callback, by: person, at: time, accepting: further, state: bytes,
                Previewer(items))
        }
        return detail
    }

    /// Releases an item: its callback is written to the callbacks topic again, and the item is resolved, in
    /// one transaction.
    ///
    /// - Parameter further: decisions that are accepted besides what the item is held for.
    /// - Returns: what it was released as.
    public func release(
        _ position: RecordPosition, by person: Operator, at time: Timestamp,
        accepting further: Set<Decision>
    ) throws(RecoveryError) -> ReleasePlan {
        guard items.settings.processor.believesReleases else {
            throw .refused(
                "workers that verify every record (worker.verify: always) believe no release: "
                    + "the item can only be dismissed")
        }
        let transactions = try ItemTransactions(items, topic: .review)
        let detail = try detail(of: position, by: person, at: time, accepting: further)
        try Self.checkOpen(detail.item)
        guard let plan = detail.plan else {
            throw .refused(
                "the callbacks topic does not have \(detail.item.callback.text) any more: "
                    + "the item can only be dismissed")
        }
        if let refusal = plan.refusal { throw .refused("\(detail.item.name): \(refusal)") }
        try transactions.resolve(
            detail.item,
            by: Resolution(
                .released, of: detail.item.callback, by: person.name, at: time, reason: person.reason),
            repeating: plan.record)
        return plan
    }

    /// Dismisses an item: it is resolved, and nothing is published.
    public func dismiss(
        _ position: RecordPosition, by person: Operator, at time: Timestamp
    ) throws(RecoveryError) {
        let transactions = try ItemTransactions(items, topic: .review)
        let item = try items.item(of: position, on: .review)
        try Self.checkOpen(item)
        try transactions.resolve(
            item,
            by: Resolution(.dismissed, of: item.callback, by: person.name, at: time, reason: person.reason),
            repeating: nil)
    }

    private static func checkOpen(_ item: Item) throws(RecoveryError) {
        guard let resolution = item.resolution else { return }
        throw .refused(
            "\(item.name) was \(resolution.kind.rawValue) by \(String(escaping: resolution.by.utf8)) "
                + "at \(resolution.at.text)")
    }
}
