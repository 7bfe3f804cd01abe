// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport

/// Random histories of payments as the platform would report them: in order and out of it, twice, with dates
/// moved by a second, with refunds and corrections. The same seed makes the same traffic.
struct Traffic {
    private var random: SeededRandom
    private var counter = 0
    private let payments: Int
    private let lifetime: Int
    private let firstPayment: Int
    private let start: Int64

    /// - Parameters:
    ///   - payments: how many are under way at a time.
    ///   - lifetime: after so many callbacks another payment takes the place of the oldest; by default none
    ///     does.
    ///   - firstPayment: the number of the first, for traffic that has no payment of another.
    init(seed: UInt64, payments: Int, lifetime: Int = .max, firstPayment: Int = 0) {
        random = SeededRandom(seed)
        self.firstPayment = firstPayment
        self.payments = payments
        self.lifetime = lifetime
        start = Int64(Date().timeIntervalSince1970) - 3600
    }

    /// The next `count` bodies, unsigned.
    mutating func next(_ count: Int) -> [(payment: String, body: String)] {
        (0..<count).map { _ in next() }
    }

    private mutating func next() -> (payment: String, body: String) {
        counter += 1
        let number = firstPayment + counter / lifetime + Int.random(in: 0..<payments, using: &random)
        let payment = "order-\(number)"
        let operation = number * 10 + Int.random(in: 0..<3, using: &random)
        let status =
            ["processing", "awaiting 3ds result", "success", "decline", "success"]
            .randomElement(using: &random) ?? "success"
        // Few dates, so that repeats, moved copies, late ones and conflicts all come up.
        let date = start + Int64(Int.random(in: 0..<40, using: &random)) * 3
        let request = "r\(Int.random(in: 0..<3, using: &random))"
        return (payment, Self.body(payment, operation, status, date, request))
    }

    static func body(_ payment: String, _ operation: Int, _ status: String, _ date: Int64, _ request: String)
        -> String
    {
        var fixture = CallbackFixture(
            payment: payment, operation: operation, status: status, date: Timestamp(seconds: date),
            request: request, amount: 10_000)
        fixture.project = "\(Installation.projectID)"
        return fixture.text
    }
}

/// SplitMix64: small, and the same everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Writes callbacks to the log with a receipt, as an ingress does once it has verified them.
final class LogFiller: Sendable {
    private let producer: AcknowledgedProducer

    init(_ installation: Installation) throws {
        let failures = failed
        producer = try AcknowledgedProducer(
            installation.broker.configuration,
            AcknowledgedProducer.Settings(
                topic: installation.topics[.callbacks], messageTimeout: .seconds(60)),
            log: .silent
        ) { reports in
            for index in reports.indices where reports[index].outcome != .persisted { failures.add() }
        }
    }

    private let failed = Count()

    private final class Count: Sendable {
        private let value = Mutex(0)
        func add() { value.withLock { $0 += 1 } }
        var current: Int { value.withLock { $0 } }
    }

    /// Returns once the broker has all of them.
    func write(_ callbacks: [(payment: String, body: String)]) throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        for callback in callbacks { try write(callback.payment, callback.body, at: now) }
        guard producer.flush(within: .seconds(60)), failed.current == 0 else {
            throw Installation.Broken("the callbacks could not be written")
        }
    }

    private func write(_ payment: String, _ body: String, at milliseconds: Int64) throws {
        let value = Array(body.utf8)
        var key: [UInt8] = []
        let id = Array(payment.utf8)
        PartitionKey.derive(projectID: Installation.projectID, paymentID: id.span, into: &key)
        var received: [UInt8] = []
        Timestamp(milliseconds: milliseconds).append(to: &received, .milliseconds)
        var headers = RecordHeaders()
        headers.add(Receipt.Header.receivedAt, received.span.bytes)
        headers.add(Receipt.Header.keyID, Array("main".utf8).span.bytes)
        headers.add(Receipt.Header.rule, Array("natural".utf8).span.bytes)
        headers.add(Receipt.Header.projectID, Array("\(Installation.projectID)".utf8).span.bytes)
        try producer.produce(
            slot: 0, key: key.span.bytes, value: value.span.bytes, headers: headers, timestamp: milliseconds)
    }

    func close() { producer.close(within: .seconds(5)) }
}
