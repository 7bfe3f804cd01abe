// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Glibc
import Kafka
import TestSupport
import Testing

/// A broker that knows each role by its password and denies what no access-control entry allows, with an
/// installation on it. The plain listener is the administrator's.
final class AccessCluster: Sendable {
    static let password = "a password for tests"
    private static let java = URL(fileURLWithPath: "/usr/bin/java")

    let broker: Broker
    let installation: Installation
    /// One line of `kafka-acls.sh` for each entry, by role, as `tidings topics acls` prints them.
    let lines: [AccessRole: [AccessLine]]
    private let folder: TemporaryDirectory

    init() throws {
        let users = AccessRole.allCases.map { "user_\($0.standardPrincipal)=\"\(Self.password)\"" }
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule"
        broker = try Broker.start(
            settings: [
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users=User:ANONYMOUS",
            ],
            listeners: [
                BrokerListener(
                    "SASL", "SASL_PLAINTEXT",
                    settings: [
                        "sasl.enabled.mechanisms=PLAIN",
                        "plain.sasl.jaas.config=\(module) required \(users.joined(separator: " "));",
                    ])
            ])
        installation = try Installation(on: broker, partitions: 2)
        folder = try TemporaryDirectory()
        let installation = installation
        lines = try Dictionary(
            uniqueKeysWithValues: AccessRole.allCases.map { role in
                (role, try Self.lines(of: role, installation))
            })
    }

    private static func lines(of role: AccessRole, _ installation: Installation) throws -> [AccessLine] {
        let command = try installation.tidings([
            "topics", "acls", "--role", role.rawValue, "--worker-group", installation.group,
        ])
        try #require(command.waitForEnd(within: .seconds(60)) == .exit(0), "\(command.errors)")
        return try command.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { try AccessLine(String($0)) }
    }

    /// What a process of this role is configured with.
    func environment(of role: AccessRole) throws -> [String: String] {
        [
            "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": try broker.address(of: "SASL"),
            "TIDINGS_KAFKA_PROPERTY": Self.properties(of: role).map { "\($0)=\($1)" }.joined(separator: ";"),
        ]
    }

    /// What a client of this role is configured with.
    func configuration(of role: AccessRole) throws -> KafkaConfiguration {
        try KafkaConfiguration(
            [("bootstrap.servers", try broker.address(of: "SASL"))] + Self.properties(of: role))
    }

    private static func properties(of role: AccessRole) -> [(String, String)] {
        [
            ("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "PLAIN"),
            ("sasl.username", role.standardPrincipal), ("sasl.password", password),
        ]
    }

    /// The same for Kafka's own tools.
    func toolConfiguration(of role: AccessRole) throws -> URL {
        let file = folder.file("\(role.rawValue).properties")
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule"
        let text = """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=\(module) required username="\(role.standardPrincipal)" password="\(Self.password)";
            """
        try Data(text.utf8).write(to: file)
        return file
    }

    /// Adds all entries of all roles, and waits until the broker lists them.
    func grantAll() throws {
        let all = AccessRole.allCases.flatMap { lines[$0] ?? [] }
        try change(all.map(\.text), until: all, areListed: true)
    }

    func grant(_ line: AccessLine) throws { try change([line.text], until: [line], areListed: true) }

    func revoke(_ line: AccessLine) throws { try change([line.removal], until: [line], areListed: false) }

    /// Runs changes, and waits until the broker's lists show them.
    private func change(_ changes: [String], until lines: [AccessLine], areListed isExpected: Bool) throws {
        let deadline = ContinuousClock.now + .seconds(180)
        let listings = lines.map(\.listing)
        var output = try run(changes + listings)
        while ContinuousClock.now < deadline {
            // Each line is printed before its output.
            let listed = output.components(separatedBy: "> kafka-acls.sh").suffix(lines.count)
            if zip(lines, listed).allSatisfy({ $1.contains($0.listed) == isExpected }) { return }
            output = try run(listings)
        }
        throw Installation.Broken("not all are \(isExpected ? "" : "un")listed: \(lines): \(output)")
    }

    private func run(_ lines: [String]) throws -> String {
        let home = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let file = folder.file("lines-\(UUID().uuidString)")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let process = try ChildProcess(
            Self.java,
            [
                "-Xmx256m", "-cp", "\(home)/libs/*", Repository.file("Tests/Reference/AclLines.java").path,
                file.path,
            ])
        guard process.waitForEnd(within: .seconds(300)) == .exit(0) else {
            throw Installation.Broken("\(lines): \(process.output)\(process.errors)")
        }
        return process.output
    }
}

/// A printed line of `kafka-acls.sh`.
struct AccessLine: Sendable, CustomTestStringConvertible {
    let text: String
    /// `Read on topic payments.status.v1`, as errors name it; of a prefixed resource its beginning.
    let right: String
    /// What `--list` shows of it.
    let listed: String
    private let resourceFlags: [Substring]

    init(_ text: String) throws {
        self.text = text
        let words = text.split(separator: " ")
        let operation = try #require(words.firstIndex(of: "--operation").map { words[$0 + 1] })
        let principal = try #require(words.firstIndex(of: "--allow-principal").map { words[$0 + 1] })
        let rest = try #require(words.firstIndex(of: "--operation"))
        resourceFlags = Array(words[(rest + 2)...])
        let kinds = ["--topic": "topic", "--group": "group", "--transactional-id": "transactional id"]
        let kind = try #require(kinds[String(resourceFlags[0])])
        right = "\(operation) on \(kind) \(resourceFlags[1])"
        let shouted = operation.reduce(into: "") { shouted, letter in
            shouted += (letter.isUppercase && !shouted.isEmpty ? "_" : "") + letter.uppercased()
        }
        listed = "(principal=\(principal), host=*, operation=\(shouted), permissionType=ALLOW)"
    }

    var testDescription: String { right }

    var removal: String { text.replacingOccurrences(of: " --add ", with: " --remove --force ") }

    var listing: String {
        let words = text.split(separator: " ")
        return (words[..<3] + ["--list"] + resourceFlags).joined(separator: " ")
    }
}
