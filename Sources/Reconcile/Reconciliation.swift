// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Gate
public import Kafka
public import Payments

/// Asks the platform about payments without a final status, and writes its answers to the callbacks topic.
///
/// 1. Read the events of the last `reconcile.until`; add the merchant's list.
/// 2. Ask about each payment whose last event is older than `reconcile.after`, at most at `reconcile.rate`.
/// 3. Write each operation of the answer as a callback, and wait until the brokers have it.
///
/// Nothing is remembered outside the topics. So a reconciliation may be killed at any point and run again:
/// what it has written before is decided as a duplicate.
///
/// Confined to one thread, apart from its keys and its status, which are objects of their own.
public final class Reconciliation {
    public struct Settings: Sendable {
        public var kafka: KafkaConfiguration
        public var topics: TopicNames
        public var schedule: RequestSchedule
        public var gate: GateClient.Settings
        /// As the ingress and the workers have them.
        public var limits: JSONLimits
        public var bodyLimit: Int
        public var dateTolerance: Duration
        /// How long one question to a broker may take.
        public var patience: Duration

        public init(
            kafka: KafkaConfiguration, topics: TopicNames, schedule: RequestSchedule,
            gate: GateClient.Settings, limits: JSONLimits, bodyLimit: Int, dateTolerance: Duration,
            patience: Duration = .seconds(30)
        ) {
            self.kafka = kafka
            self.topics = topics
            self.schedule = schedule
            self.gate = gate
            self.limits = limits
            self.bodyLimit = bodyLimit
            self.dateTolerance = dateTolerance
            self.patience = patience
        }
    }

    private let settings: Settings
    private let keys: ReconcileKeys
    private let status: ReconcileStatus
    private let telemetry: ReconcileTelemetry
    private let writer: CallbackWriter
    private let now: () -> Timestamp
    private var waiting: WaitingPayments
    private var pacing: RequestPacing

    /// - Parameters:
    ///   - list: payments of the merchant's own list. They are asked about whatever their age, unless their
    ///     status is final.
    ///   - now: the wall clock.
    public init(
        _ settings: Settings, keys: ReconcileKeys, list: [PaymentReference], telemetry: ReconcileTelemetry,
        status: ReconcileStatus = ReconcileStatus(), now: @escaping () -> Timestamp
    ) {
        self.settings = settings
        self.keys = keys
        self.status = status
        self.telemetry = telemetry
        self.now = now
        writer = CallbackWriter(
            topic: settings.topics[.callbacks], kafka: settings.kafka, log: telemetry.log)
        waiting = WaitingPayments(settings.schedule)
        pacing = RequestPacing(gap: settings.schedule.rate.gap)
        let time = now()
        for payment in list {
            waiting.list(projectID: payment.projectID, paymentID: payment.paymentID, at: time)
        }
    }

    /// The payments that the platform would be asked about now. Nothing is sent.
    public func plan() throws(TopicReadError) -> [WaitingPayment] {
        _ = try scan(isStopping: { false })
        return waiting.due(at: now())
    }

    /// Asks once about each payment that is due.
    ///
    /// - Parameter report: gets each result as it comes.
    /// - Returns: false where the platform went on limiting requests, so that payments are left.
    public func runOnce(
        _ report: (WaitingPayment, ReconcileResult) -> Void
    ) throws(TopicReadError) -> Bool {
        defer { writer.close() }
        var scan = try scan(isStopping: { false })
        for payment in waiting.due(at: now()) {
            attempts: while true {
                while let wait = pacing.wait(at: .now) { try read(&scan, for: wait) }
                guard let current = waiting.current(payment) else { break attempts }
                if let result = ask(current) {
                    finish(current, result)
                    report(current, result)
                    break attempts
                }
                if pacing.isRefused { return false }
            }
        }
        return true
    }

    /// Goes on until `isStopping`, with the events that come.
    public func run(
        isStopping: () -> Bool, _ report: (WaitingPayment, ReconcileResult) -> Void
    ) throws(TopicReadError) {
        defer { writer.close() }
        var scan = try scan(isStopping: isStopping)
        status.update { $0.isReady = true }
        var queue: ArraySlice<WaitingPayment> = []
        while !isStopping() {
            let wait = pacing.wait(at: .now)
            try read(&scan, for: wait ?? (queue.isEmpty ? .milliseconds(200) : .zero))
            if wait != nil { continue }
            let time = now()
            if queue.isEmpty { queue = due(at: time) }
            guard let next = queue.popFirst(), let payment = waiting.current(next),
                payment.nextRequest <= time
            else { continue }
            if let result = ask(payment) {
                finish(payment, result)
                report(payment, result)
            } else {
                queue.insert(next, at: queue.startIndex)
            }
        }
    }

    // MARK: The parts

    private func scan(isStopping: () -> Bool) throws(TopicReadError) -> EventScan {
        var scan = try EventScan(
            topic: settings.topics[.status], kafka: settings.kafka,
            since: now() + (.zero - settings.schedule.until), patience: settings.patience, log: telemetry.log)
        try scan.readToEnd(isStopping: isStopping) { waiting.read($0) }
        telemetry.found(waiting, at: now())
        return scan
    }

    private func read(_ scan: inout EventScan, for wait: Duration) throws(TopicReadError) {
        // Short, so that a stop does not wait.
        try scan.poll(within: min(wait, .milliseconds(200))) { waiting.read($0) }
    }

    private func due(at time: Timestamp) -> ArraySlice<WaitingPayment> {
        let before = waiting.givenUp
        let due = waiting.due(at: time)
        telemetry.gaveUp(waiting.givenUp - before)
        telemetry.found(waiting, at: time)
        return due[...]
    }

    private func finish(_ payment: WaitingPayment, _ result: ReconcileResult) {
        pacing.answered()
        waiting.requested(payment, at: now())
        telemetry.requested(payment, result)
        status.update { $0.lastFault = result.isFault ? result.name : nil }
    }

    /// - Returns: nil where the platform limits requests: then to be asked again after a pause.
    private func ask(_ payment: WaitingPayment) -> ReconcileResult? {
        guard let key = keys[payment.projectID] else { return .withoutKey }
        pacing.sent(at: .now)
        let client = GateClient(
            settings.gate, key: ProjectKey(projectID: key.projectID, secret: key.secret))
        let reply: Reply<PaymentStatus>
        do throws(InvalidRequest) {
            reply = try client.status(StatusRequest(paymentID: payment.paymentID))
        } catch {
            return .unanswered("\(error)")
        }
        switch reply {
        case .limited(_, let retryAfter):
            telemetry.wasLimited(pause: pacing.limited(retryAfter: retryAfter, at: .now))
            return nil
        case .refused(let refusal) where refusal.isPaymentNotFound: return .notFound(refusal)
        case .refused(let refusal): return .refused(refusal)
        case .notSent(let reason), .unreadable(let reason): return .unanswered(reason)
        case .content(let answer): return write(answer, payment, key)
        }
    }

    private func write(
        _ answer: PaymentStatus, _ payment: WaitingPayment, _ key: ReconcileKey
    ) -> ReconcileResult {
        if let project = answer.json["project_id"], project.integer != key.projectID {
            return .unanswered("the answer is about another project")
        }
        let found = AnswerCallbacks(
            answer, of: payment, signedBy: key,
            .init(
                json: settings.limits, bodyBytes: settings.bodyLimit, dateTolerance: settings.dateTolerance))
        do throws(CallbackWriter.Failure) {
            try writer.write(found.callbacks, paymentID: answer.paymentID, key: key, at: now())
        } catch {
            return .unwritten(error.reason)
        }
        return .answered(
            status: answer.status, written: found.callbacks.count, unchanged: found.unchanged,
            unusable: found.unusable)
    }
}
