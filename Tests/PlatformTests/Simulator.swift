// SPDX-License-Identifier: Apache-2.0
import Gate
import HTTP
import Payments
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing
import WebClient

/// A simulator on a free port, and a server that receives its callbacks.
final class Simulator {
    static let secret = Array("secret of project 1234".utf8)

    let service: PlatformService
    let receiver: ScriptedServer
    private let log = EventLog()

    final class EventLog: Sendable {
        private let events = Mutex<[PlatformEvent]>([])
        func add(_ event: PlatformEvent) { events.withLock { $0.append(event) } }
        var all: [PlatformEvent] { events.withLock { $0 } }
    }

    /// - Parameters:
    ///   - host: what it listens on.
    ///   - answer: to the callback of this number, from 0.
    init(
        host: String = "127.0.0.1", scenarios: [Scenario] = [], timeScale: Double = 0.001,
        payments: PaymentFile? = nil,
        answer: @escaping @Sendable (Int) -> ScriptedServer.Step = { _ in .json("") }
    ) throws {
        receiver = try ScriptedServer { _, number in answer(number) }
        let keys = try KeyRing([.init(id: 1234, keys: [try SigningKey(id: "main", secret: Self.secret)])])
        let log = log
        service = try PlatformService(
            .init(
                address: BindAddress(host: host, port: 0),
                callbackURL: try WebAddress(receiver.url + "/callbacks"), keys: keys,
                secrets: [1234: Self.secret], scenarios: scenarios, timeScale: timeScale, seed: 7,
                callbackTimeout: .seconds(60), payments: payments), log: .silent, metrics: MetricsRegistry()
        ) { log.add($0) }
        try service.start()
    }

    deinit { service.stop() }

    var url: String { "http://127.0.0.1:\(service.port)" }

    var client: GateClient {
        get throws {
            GateClient(
                .init(address: try WebAddress(url), connection: .init(timeout: .seconds(60))),
                key: ProjectKey(projectID: 1234, secret: Self.secret))
        }
    }

    /// The attempts to deliver that have ended.
    var deliveries: [PlatformEvent.Delivery] {
        log.all.compactMap { if case .callback(let delivery) = $0 { delivery } else { nil } }
    }

    /// The callbacks that arrived, once there are so many.
    func callbacks(_ count: Int) throws -> [JSONValue] {
        eventually(within: .seconds(60)) { deliveries.count >= count }
        return try receiver.requests.map { try JSONValue(parsing: $0.body) }
    }

    /// Sends a request to the simulator.
    ///
    /// - Parameter host: the address to connect to; the request comes from the same one.
    func send(
        _ method: WebRequest.Method, _ path: String, type: String = "application/x-www-form-urlencoded",
        _ body: String = "", to host: String = "127.0.0.1"
    ) throws -> WebResponse {
        let sender = RequestSender(.init(timeout: .seconds(60), allowsPlainHTTP: true))
        return try sender.send(
            WebRequest(
                method, try WebAddress("http://\(host):\(service.port)\(path)"),
                fields: [.init("Content-Type", type)],
                body: Array(body.utf8)))
    }

    static func request(_ paymentID: String = "payment_47") -> PurchaseRequest {
        PurchaseRequest(
            paymentID: paymentID, money: Money(10000, "USD"),
            customer: .init(id: "customer_123", ipAddress: "198.51.100.47"), account: .init(bankID: 61021),
            returnURL: .init(
                success: "https://example.com/success/", decline: "https://example.com/decline/",
                return: "https://example.com/return/"))
    }
}
