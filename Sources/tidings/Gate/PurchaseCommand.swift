// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Gate
import Kafka
import Payments

/// `tidings purchase page` and `tidings purchase gate`.
enum PurchaseCommand {
    static func page(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let basis = try GateBasis(call, project: Int64(settings[GateOptions.project]))
        let request = PaymentPageRequest(
            paymentID: settings[GateOptions.paymentID], money: try basis.money,
            customerID: settings[GateOptions.optionalCustomerID],
            customerEmail: settings[GateOptions.customerEmail],
            accountCustomerName: settings[GateOptions.customerName],
            forcePaymentMethod: settings[GateOptions.forcePaymentMethod], additional: basis.additional)
        let page = try PaymentPage(request, key: basis.key, semicolons: settings[GateSettings.semicolons])
        let address = settings[GateSettings.paymentPageURL]
        let forms = [GateOptions.url, GateOptions.html, GateOptions.widget, AuditOptions.json]
        guard forms.count(where: { settings[$0] }) <= 1 else {
            throw ConfigurationError("only one of --url, --html, --widget and --json can be given")
        }
        if settings[GateOptions.dryRun] {
            basis.print(RequestPreview(page))
        } else if settings[AuditOptions.json] {
            StandardOutput.write(page.json + [UInt8(ascii: "\n")])
        } else if settings[GateOptions.url] {
            StandardOutput.write(page.url(address) + "\n")
        } else if settings[GateOptions.html] {
            StandardOutput.write(page.html(address))
        } else if settings[GateOptions.widget] {
            StandardOutput.write(page.widget(address))
        } else {
            StandardOutput.write(page.text(address))
        }
        return .done
    }

    static func gate(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let basis = try GateBasis(call, project: Int64(settings[GateOptions.project]))
        let request = PurchaseRequest(
            method: settings[GateOptions.method], paymentID: settings[GateOptions.paymentID],
            money: try basis.money,
            customer: .init(
                id: settings[GateOptions.customerID], ipAddress: settings[GateOptions.customerAddress],
                email: settings[GateOptions.customerEmail]),
            account: .init(
                bankID: settings[GateOptions.bankID].map(Int64.init),
                customerName: settings[GateOptions.customerName]),
            returnURL: .init(
                success: settings[GateOptions.successURL], decline: settings[GateOptions.declineURL],
                return: settings[GateOptions.returnURL]), additional: basis.additional)
        if settings[GateOptions.dryRun] { return try basis.preview(request) }
        guard settings[GateOptions.follow] else { return try buy(request, basis).exitCode }
        guard settings.isGiven(KafkaSettings.bootstrapServers) || settings.isGiven(KafkaSettings.configFile)
        else {
            throw ConfigurationError("--follow needs kafka.bootstrap_servers or kafka.config_file")
        }
        // Before anything is sent: an event that comes quickly is not missed, and an unreachable Kafka buys
        // nothing.
        _ = try basis.client.prepare(request)
        guard let name = PaymentName(["\(basis.key.projectID)", request.paymentID]) else {
            throw ConfigurationError("the payment has no name on the topics")
        }
        let follower = try PaymentFollower(
            name, topic: settings.topicNames[.status], kafka: try settings.kafkaConfiguration(client: "gate"),
            log: settings.log)
        var purchase = FollowedPurchase(request, by: basis.client, follower) { outcome in
            basis.print(PurchaseReport(outcome, of: request, projectID: basis.key.projectID))
        } event: { event in
            print(event, isJSON: settings[AuditOptions.json])
        }
        return try purchase.run(deadline: settings[GateOptions.followDeadline])
    }

    private static func buy(_ request: PurchaseRequest, _ basis: GateBasis) throws -> PurchaseOutcome {
        let line = ProgressLine()
        let outcome = try basis.client.purchase(request) { line.show($0.text) }
        line.clear()
        basis.print(PurchaseReport(outcome, of: request, projectID: basis.key.projectID))
        return outcome
    }

    /// - Returns: false where it cannot be written.
    private static func print(_ event: FollowedEvent, isJSON: Bool) -> Bool {
        let json = event.json.map { $0 + "\n" } ?? ""
        return StandardOutput.offer(Array((isJSON ? json : event.text).utf8))
    }
}

extension PurchaseOutcome {
    var exitCode: ExitCode {
        switch self {
        case .accepted: .done
        case .refused: .wrong
        case .notSent: .notSent
        case .unknown: .outcomeUnknown
        }
    }
}

extension GateClient.Progress {
    /// For a person who waits.
    var text: String {
        switch self {
        case .sending(let attempt): "sending the purchase, attempt \(attempt)"
        case .failed(let reason): reason
        case .askingStatus(let delay): "no readable answer; asking for the status in \(delay)"
        }
    }
}
