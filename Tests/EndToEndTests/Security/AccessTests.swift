import Audit
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The printed access-control entries on a broker with the StandardAuthorizer.
@Suite("Access control", .serialized, .needsBrokerOfItsOwn)
struct AccessTests {
    private static let cluster = Result { try AccessCluster() }
    /// Every entry is removed in turn in a full run; otherwise one of each role.
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"

    @Test("with exactly the printed entries every role works, and without one it names the missing right")
    func leastPrivilege() throws {
        let cluster = try Self.cluster.get()
        try cluster.grantAll()
        let roles = AccessRoleTrials(cluster)
        try roles.fill()
        for role in AccessRole.allCases { try roles.expectWorking(role) }
        for role in AccessRole.allCases where roles.hasTrial(role) {
            let lines = try #require(cluster.lines[role])
            for line in Self.isFull ? lines : [lines[lines.count / 2]] {
                try cluster.revoke(line)
                try roles.expectDenied(role, line)
                try cluster.grant(line)
            }
        }
    }

    @Test("a wrong password is named with the broker and the operation")
    func wrongPassword() throws {
        let cluster = try Self.cluster.get()
        var environment = try cluster.environment(of: .audit)
        environment["TIDINGS_KAFKA_PROPERTY"]? += "x"
        let proof = try cluster.installation.tidings(
            ["prove", "--worker-group", cluster.installation.group], environment)
        #expect(proof.waitForEnd(within: .seconds(180)) == .exit(3), "\(proof.output)")
        #expect(proof.errors.contains("refused the authentication"), "\(proof.errors)")
        #expect(proof.errors.contains("sasl_plaintext://localhost:"), "\(proof.errors)")
        #expect(!proof.errors.contains(AccessCluster.password))
    }
}

/// What each role does, with the processes and clients of that role alone.
struct AccessRoleTrials {
    private let cluster: AccessCluster
    private var installation: Installation { cluster.installation }

    init(_ cluster: AccessCluster) { self.cluster = cluster }

    /// Writes callbacks, as an administrator may.
    func fill() throws {
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 14, payments: 10)
        try filler.write(traffic.next(60))
        filler.close()
    }

    /// Whether the role's commands exist.
    func hasTrial(_ role: AccessRole) -> Bool {
        switch role {
        case .ingress, .worker, .audit, .reader, .scaler: true
        case .recovery, .reconcile: false
        }
    }

    func expectWorking(_ role: AccessRole) throws {
        switch role {
        case .ingress:
            try withService("ingress", role) { service in try service.waitUntilReady() }
        case .worker:
            try withService("worker", role) { service in
                try service.waitUntilReady()
                try installation.waitUntilDecided(by: [service.process])
            }
        case .audit:
            #expect(try prove().waitForEnd(within: .zero) == .exit(0))
        case .reader: try #expect(read() == nil)
        case .scaler:
            let output = try lag()
            #expect(output.contains(installation.topics[.callbacks]) && !output.contains("Exception"))
        case .recovery, .reconcile: return
        }
    }

    func expectDenied(_ role: AccessRole, _ line: AccessLine) throws {
        let sentence = "the principal lacks \(line.right)"
        switch role {
        case .ingress:
            try withService("ingress", role) { try $0.waitUntilNotReady(because: sentence) }
        case .worker:
            try withService("worker", role) { try $0.waitUntilNotReady(because: sentence) }
        case .audit:
            let proof = try prove()
            #expect(proof.waitForEnd(within: .zero) == .exit(1), "\(line.right)")
            #expect(proof.errors.contains(sentence), "\(line.right): \(proof.errors)")
        case .reader: try #expect(read().map { "\($0)" } == line.right)
        case .scaler:
            // Kafka's own tool names the resource in the exception of its kind.
            let output = try lag()
            #expect(output.contains("AuthorizationException"), "\(line.right): \(output)")
        case .recovery, .reconcile: return
        }
    }

    private func withService(
        _ command: String, _ role: AccessRole, _ body: (AccessService) throws -> Void
    ) throws {
        let service = try AccessService(command, cluster, role)
        defer { service.process.kill() }
        try body(service)
    }

    private func prove() throws -> ChildProcess {
        let proof = try installation.tidings(
            ["prove", "--worker-group", installation.group, "--worker-verify", "never"],
            cluster.environment(of: .audit))
        try #require(proof.waitForEnd(within: .seconds(300)) != nil, "prove does not end")
        return proof
    }

    /// Reads an event as another service does; the right that it lacks, or nil.
    private func read() throws -> KafkaRight? {
        var consumer = try Consumer(
            cluster.configuration(of: .reader), group: .init(id: AccessRole.reader.standardPrincipal),
            log: .silent)
        try consumer.subscribe(to: [installation.topics[.status]])
        var batch = RecordBatch()
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(200), limit: 10)
            } catch {
                if let right = error.missingRight { return right }
            }
            if !batch.isEmpty { return nil }
        }
        throw Installation.Broken("no event and no error came")
    }

    /// What an autoscaler asks: the group's offsets and the ends of the topic.
    private func lag() throws -> String {
        let file = try cluster.toolConfiguration(of: .scaler)
        let home = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let tool = try ChildProcess(
            URL(fileURLWithPath: home).appendingPathComponent("bin/kafka-consumer-groups.sh"),
            [
                "--bootstrap-server", try cluster.broker.address(of: "SASL"), "--command-config", file.path,
                "--describe", "--offsets", "--group", installation.group,
            ], environment: ["KAFKA_HEAP_OPTS": "-Xmx256m"])
        try #require(tool.waitForEnd(within: .seconds(300)) != nil, "the tool does not end")
        return tool.output + tool.errors
    }
}

/// An ingress or a worker under its role's principal, with its management port.
struct AccessService {
    let process: ChildProcess
    private let port: Int

    init(_ command: String, _ cluster: AccessCluster, _ role: AccessRole) throws {
        port = try freePort()
        var environment = try cluster.environment(of: role)
        environment["TIDINGS_MANAGEMENT_ADDRESS"] = "127.0.0.1:\(port)"
        let flags =
            command == "worker"
            ? ["--worker-slot", "0", "--worker-verify", "never"]
            : ["--ingress-address", "127.0.0.1:\(try freePort())"]
        process = try cluster.installation.tidings([command] + flags, environment)
    }

    private var readiness: String {
        guard let connection = try? RawHTTP(port: port) else { return "" }
        connection.get("/readyz")
        return connection.answer()?.text ?? ""
    }

    func waitUntilReady() throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            if readiness.contains("\"ready\":true") { return }
            usleep(50_000)
        }
        throw Installation.Broken("not ready: \(readiness) \(process.errors.suffix(3000))")
    }

    /// Waits until it is not ready for this reason, or ended with it.
    func waitUntilNotReady(because sentence: String) throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            let readiness = readiness
            if readiness.contains("\"ready\":false"), readiness.contains(sentence) { return }
            if let ending = process.waitForEnd(within: .zero) {
                #expect(ending == .exit(1))
                #expect(process.errors.contains(sentence), "\(process.errors.suffix(3000))")
                return
            }
            usleep(50_000)
        }
        throw Installation.Broken(
            "no reason contains \(sentence): \(readiness) \(process.errors.suffix(3000))")
    }
}
