// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// A broker with a listener for each way to authenticate, all of them over TLS with a private authority.
final class SecureCluster: Sendable {
    static let password = "a-password-for-tests"

    let broker: Broker
    let installation: Installation
    let certificates: CertificateFolder

    static var canRun: Bool { CertificateFolder.canMake && Broker.isHomeGiven }

    /// - Parameter session: after how long the broker closes a connection that was not authenticated again.
    init(session: Duration = .seconds(10)) throws {
        certificates = try CertificateFolder()
        for name in ["broker", "client"] { try certificates.sign(name) }
        let tls = ["ssl.keystore.type=PEM", "ssl.keystore.location=\(certificates.store("broker"))"]
        let security = "org.apache.kafka.common.security"
        let plain = "\(security).plain.PlainLoginModule required user_tidings=\"\(Self.password)\";"
        let token =
            "\(security).oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";"
        let milliseconds = session.components.seconds * 1000
        broker = try Broker.start(listeners: [
            BrokerListener("TLS", "SSL", settings: tls),
            BrokerListener(
                "MUTUAL", "SSL",
                settings: tls + [
                    "ssl.client.auth=required", "ssl.truststore.type=PEM",
                    "ssl.truststore.location=\(certificates.authority)",
                ]),
            BrokerListener(
                "PLAIN", "SASL_SSL",
                settings: tls + ["sasl.enabled.mechanisms=PLAIN", "plain.sasl.jaas.config=\(plain)"]),
            BrokerListener(
                "SCRAM", "SASL_SSL",
                settings: tls + [
                    "sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512",
                    "scram-sha-256.sasl.jaas.config=\(security).scram.ScramLoginModule required;",
                    "scram-sha-512.sasl.jaas.config=\(security).scram.ScramLoginModule required;",
                ]),
            BrokerListener(
                "TOKEN", "SASL_SSL",
                settings: tls + [
                    "sasl.enabled.mechanisms=OAUTHBEARER", "oauthbearer.sasl.jaas.config=\(token)",
                    "oauthbearer.connections.max.reauth.ms=\(milliseconds)",
                ]),
        ])
        for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
            let output = try broker.runTool(
                "kafka-configs.sh",
                [
                    "--alter", "--add-config", "\(mechanism)=[password=\(Self.password)]", "--entity-type",
                    "users", "--entity-name", "tidings",
                ])
            try #require(output.contains("Completed"), "\(output)")
        }
        installation = try Installation(on: broker, partitions: 2)
    }

    /// What a process is configured with that uses this listener.
    func environment(_ listener: String, _ properties: [String]) throws -> [String: String] {
        let isTLS = listener == "TLS" || listener == "MUTUAL"
        let all =
            [
                "security.protocol=\(isTLS ? "ssl" : "sasl_ssl")",
                "ssl.ca.location=\(certificates.authority)",
            ] + properties
        return [
            "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": try broker.address(of: listener),
            "TIDINGS_KAFKA_PROPERTY": all.joined(separator: ";"),
        ]
    }

    /// A command that reaches every topic; how it ended.
    func check(_ environment: [String: String], profile: String = "production") throws -> ChildProcess {
        let check = try installation.tidings(["topics", "check", "--profile", profile], environment)
        try #require(check.waitForEnd(within: .seconds(240)) != nil, "topics check does not end")
        return check
    }
}

/// An unsigned JSON Web Token, as Kafka's validator for development accepts it.
struct UnsignedToken {
    let text: String
    /// Seconds since 1970.
    let expiresAt: Int

    init(lifetime: Int, hasExpiry: Bool = true) {
        let now = Int(Date().timeIntervalSince1970)
        expiresAt = now + lifetime
        let expiry = hasExpiry ? ",\"exp\":\(expiresAt)" : ""
        let parts = ["{\"alg\":\"none\"}", "{\"sub\":\"tidings\",\"iat\":\(now)\(expiry)}"].map { part in
            Data(part.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        text = "\(parts[0]).\(parts[1])."
    }

    /// Replaces the file in one step, as Kubernetes does.
    func write(to file: URL) throws { try Data(text.utf8).write(to: file, options: .atomic) }

    var hasExpired: Bool { Date().timeIntervalSince1970 > Double(expiresAt) }
}
