// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// An installation with callbacks that are held for review, and others that no key of the day verifies.
final class ItemInstallation {
    private static let otherSecret = "a secret that came later"

    let installation: Installation
    private let filler: LogFiller
    private let newKeys: TemporaryDirectory
    private var ordinary = 0
    private let start = Int64(Date().timeIntervalSince1970) - 60

    convenience init() throws { try self.init(Installation(on: try Broker.shared(), partitions: 2)) }

    init(_ installation: Installation) throws {
        self.installation = installation
        filler = try LogFiller(installation)
        newKeys = try TemporaryDirectory()
        try Data(Self.otherSecret.utf8).write(to: newKeys.file("secret"))
        let keys = """
            projects:
              "\(Installation.projectID)":
                keys:
                  - {id: later, secret_file: secret, mode: active}
            """
        try Data(keys.utf8).write(to: newKeys.file("keys.yaml"))
    }

    private func body(_ payment: String, _ number: Int, extra: String) -> String {
        Traffic.body(payment, 900_000 + number, "success", start, "r1")
            .replacing(#","signature""#, with: #","note":"a secret thing"\#(extra),"signature""#)
    }

    /// Writes callbacks that are ambiguous: a member of theirs is one of Payment Page links.
    func hold(_ payments: [String]) throws {
        try filler.write(
            payments.enumerated().map { ($1, body($1, $0, extra: #","payment_amount":10000"#)) })
    }

    /// Writes callbacks without a receipt, signed by a key that is not in the keys file yet.
    func writeUnverified(_ payments: [String]) throws {
        let producer = try AcknowledgedProducer(
            installation.broker.configuration,
            .init(topic: installation.topics[.callbacks], messageTimeout: .seconds(60)), log: .silent
        ) { _ in }
        var signer = Signer(secret: Array(Self.otherSecret.utf8))
        for (number, payment) in payments.enumerated() {
            let bytes = Array(body(payment, number, extra: "").utf8)
            let signed = try signer.sign(bytes.span.bytes)
            let key = Array("\(Installation.projectID):\(payment)".utf8)
            try producer.produce(
                slot: 0, key: key.span.bytes, value: signed.span.bytes, headers: RecordHeaders(),
                timestamp: (start + 1) * 1000)
        }
        #expect(producer.close(within: .seconds(60)))
    }

    /// Has a worker decide all there is. Ordinary callbacks go behind it, because a partition that ends with
    /// the marker of a transaction ends behind its last record.
    func runWorker(withNewKeys: Bool = false) throws {
        let numbers = ordinary..<(ordinary + 40)
        ordinary = numbers.upperBound
        try filler.write(
            numbers.map { ("ordinary-\($0)", Traffic.body("ordinary-\($0)", $0, "success", start, "r1")) })
        let worker = try installation.tidings(
            ["worker", "--worker-slot", "0", "--worker-threads", "1", "--worker-verify", "missing"],
            environment(withNewKeys))
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
    }

    /// A keys file with the key that verifies the others.
    var newKeysFile: String { newKeys.file("keys.yaml").path }

    private func environment(_ withNewKeys: Bool) -> [String: String] {
        withNewKeys ? ["TIDINGS_KEYS_FILE": newKeysFile] : [:]
    }

    func run(
        _ arguments: [String], withNewKeys: Bool = false, _ more: [String: String] = [:]
    ) throws -> (code: ChildProcess.Ending?, output: String, errors: String) {
        let child = try start(arguments, withNewKeys: withNewKeys, more)
        let ending = child.waitForEnd(within: .seconds(180))
        return (ending, child.output, child.errors)
    }

    /// Starts a command.
    func start(
        _ arguments: [String], withNewKeys: Bool = false, _ more: [String: String] = [:]
    ) throws -> ChildProcess {
        try installation.tidings(
            arguments + ["--worker-group", installation.group],
            environment(withNewKeys).merging(more) { $1 })
    }

    /// Kills a command at a failpoint.
    func kill(_ arguments: [String], at failpoint: String, withNewKeys: Bool = false) throws {
        try installation.killed(
            start(arguments, withNewKeys: withNewKeys, ["TIDINGS_FAILPOINT": failpoint]))
    }

    /// The names of the open items.
    func open(_ command: String) throws -> [String] {
        let (names, list) = try list(command, [])
        #expect(list.code == .exit(names.isEmpty ? 0 : 1), "\(list.errors)")
        return names
    }

    /// The names of the items that a filter leaves.
    func list(
        _ command: String, _ filter: [String]
    ) throws -> (names: [String], run: (code: ChildProcess.Ending?, output: String, errors: String)) {
        let list = try run([command, "list", "--json"] + filter)
        let names = try list.output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["callback"] as? String)
        }
        return (names, list)
    }

    /// The events of payments whose ids begin so.
    func events(of beginning: String) throws -> [String] {
        try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
            .compactMap(\.valueText)
            .filter { $0.contains(#""payment":{"id":"\#(beginning)-"#) }
    }

    func expectProved() throws {
        let proof = try installation.prove()
        #expect(proof.waitForEnd(within: .zero) == .exit(0), "\(proof.output.suffix(2000))")
    }
}
