// SPDX-License-Identifier: Apache-2.0
public import WebClient

/// The merchant's client of Gate, for one project.
///
/// Every call blocks its thread until it has an answer, or until its timeouts have passed. A client may be
/// used from several threads.
public struct GateClient: Sendable {
    public struct Settings: Sendable {
        /// The address of Gate, without a path of the API.
        public var address: WebAddress
        public var connection: RequestSender.Settings
        public var pacing: PurchasePacing
        public var semicolons: SemicolonPolicy

        public init(
            address: WebAddress, connection: RequestSender.Settings = .init(),
            pacing: PurchasePacing = .init(),
            semicolons: SemicolonPolicy = .refuse
        ) {
            self.address = address
            self.connection = connection
            self.pacing = pacing
            self.semicolons = semicolons
        }
    }

    /// What a purchase is doing, for a person who waits.
    public enum Progress: Sendable, Equatable {
        case sending(attempt: Int)
        /// The purchase has no readable answer, or did not arrive.
        case failed(String)
        case askingStatus(after: Duration)
    }

    /// A request as it is sent.
    public struct PreparedRequest: Sendable, Equatable {
        public let url: String
        public let parameters: SignedParameters
    }

    private let settings: Settings
    private let key: ProjectKey
    private let sender: RequestSender
    private let time: GateTime

    public init(_ settings: Settings, key: ProjectKey) {
        self.init(settings, key: key, time: .system)
    }

    package init(_ settings: Settings, key: ProjectKey, time: GateTime) {
        self.settings = settings
        self.key = key
        sender = RequestSender(settings.connection)
        self.time = time
    }

    /// Checks and signs a request without sending it.
    public func prepare(_ request: some GateRequest) throws(InvalidRequest) -> PreparedRequest {
        let path = try request.path()
        let parameters = try request.parameters(project: key.projectID, semicolons: settings.semicolons)
        return PreparedRequest(
            url: settings.address.appending(path),
            parameters: try SignedParameters(parameters, at: .general, by: key))
    }

    /// Asks for the list of banks of a payment method.
    public func banks(_ request: BankListRequest) throws(InvalidRequest) -> Reply<BankList> {
        reply(to: try prepare(request)) { BankList($0) }
    }

    /// Asks the platform about a payment. An answer about another payment does not count.
    public func status(_ request: StatusRequest) throws(InvalidRequest) -> Reply<PaymentStatus> {
        reply(to: try prepare(request)) { json in
            // The platform folds the case of payment ids.
            PaymentStatus(json).flatMap {
                $0.paymentID.lowercased() == request.paymentID.lowercased() ? $0 : nil
            }
        }
    }

    /// Buys once. The purchase is sent again only with the same payment id, and only where it provably did
    /// not arrive. Where that is not known, the status is asked for until `statusDeadline`.
    public func purchase(
        _ request: PurchaseRequest, progress: (Progress) -> Void = { _ in }
    ) throws(InvalidRequest) -> PurchaseOutcome {
        let prepared = try prepare(request)
        var flow = PurchaseFlow(money: request.money, pacing: settings.pacing)
        var action = PurchaseFlow.Action.send(after: .zero)
        var attempt = 0
        while true {
            let event: PurchaseFlow.Event
            switch action {
            case .end(let outcome): return outcome
            case .send(let delay):
                time.pause(delay)
                attempt += 1
                progress(.sending(attempt: attempt))
                event = send(prepared, of: request)
            case .askStatus(let delay):
                progress(.askingStatus(after: delay))
                time.pause(delay)
                event = try askStatus(of: request)
            }
            switch event {
            case .notSent(let reason), .uncertain(let reason), .notFound(let reason):
                progress(.failed(reason))
            case .accepted, .refused, .found: break
            }
            action = flow.event(event, at: time.now())
        }
    }

    private func send(_ prepared: PreparedRequest, of request: PurchaseRequest) -> PurchaseFlow.Event {
        switch reply(to: prepared, { Acknowledgement($0) }) {
        case .content(let acknowledgement):
            if let id = acknowledgement.paymentID, id.lowercased() != request.paymentID.lowercased() {
                return .uncertain("the answer is about another payment")
            }
            if let id = acknowledgement.projectID, id != key.projectID {
                return .uncertain("the answer is about another project")
            }
            return .accepted(acknowledgement)
        case .refused(let refusal): return .refused(refusal)
        case .limited(let refusal?, _) where refusal.code != nil: return .refused(refusal)
        case .limited: return .uncertain("the answer limits requests")
        case .notSent(let reason): return .notSent(reason)
        case .unreadable(let reason): return .uncertain(reason)
        }
    }

    private func askStatus(of request: PurchaseRequest) throws(InvalidRequest) -> PurchaseFlow.Event {
        switch try status(StatusRequest(paymentID: request.paymentID)) {
        case .content(let status): .found(status)
        case .refused(let refusal): .notFound("\(refusal)")
        case .limited: .notFound("the answer limits requests")
        case .notSent(let reason), .unreadable(let reason): .notFound(reason)
        }
    }

    private func reply<Content>(
        to prepared: PreparedRequest, _ read: (JSONValue) -> Content?
    ) -> Reply<Content> {
        let address: WebAddress
        do throws(WebAddress.Malformed) {
            address = try WebAddress(prepared.url)
        } catch {
            return .notSent("\(prepared.url) \(error)")
        }
        do throws(WebError) {
            let response = try sender.send(.json(prepared.parameters.body, to: address))
            return AnswerReader.reply(of: response, read)
        } catch {
            switch error {
            case .refused(let reason), .notSent(let reason): return .notSent(reason)
            case .unknown(let reason): return .unreadable(reason)
            }
        }
    }
}
