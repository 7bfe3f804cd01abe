// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// Senders that an ingress knows by their certificates. No broker is needed: it runs without one, not ready.
@Suite("Client certificates")
struct ClientCertificateTests {
    private static let curl = URL(fileURLWithPath: "/usr/bin/curl")

    private static var canRun: Bool {
        CertificateFolder.canMake && FileManager.default.isExecutableFile(atPath: curl.path)
    }

    /// A sender whose certificate this authority signed.
    private struct Sender {
        let authority: CertificateFolder

        init() throws {
            authority = try CertificateFolder()
            try authority.sign("client")
        }

        var options: [String] {
            ["--cert", authority.certificate("client"), "--key", authority.key("client")]
        }
    }

    @Test(
        "a replaced file of client authorities holds for new connections, without a restart",
        .enabled(if: canRun, "needs /usr/bin/openssl and /usr/bin/curl"), .timeLimit(.minutes(30)))
    func replaced() throws {
        let folder = try TemporaryDirectory()
        let server = try CertificateFolder()
        try server.sign("server")
        let (old, new) = (try Sender(), try Sender())
        let file = folder.file("clients.pem")
        try FileManager.default.copyItem(atPath: old.authority.authority, toPath: file.path)
        try Data("a secret of the ingress".utf8).write(to: folder.file("secret"))
        try Data("projects: {1234: {keys: [{id: main, secret_file: secret}]}}".utf8)
            .write(to: folder.file("keys.yaml"))
        let port = try freePort()
        let ingress = try ChildProcess.tidings([
            "ingress", "--ingress-address", "127.0.0.1:\(port)", "--management-address", "",
            "--kafka-bootstrap-servers", "127.0.0.1:1", "--keys-file", folder.file("keys.yaml").path,
            "--ingress-tls-certificate-file", server.certificate("server"),
            "--ingress-tls-key-file", server.key("server"),
            "--ingress-tls-client-ca-file", file.path, "--keys-check-interval", "100ms",
        ])
        /// Of an unsigned callback: 400 once the sender is let in.
        func status(_ options: [String]) throws -> String {
            let client = try ChildProcess(
                Self.curl,
                ["--silent", "--max-time", "60", "--output", "/dev/null", "--write-out", "%{http_code}"]
                    + ["--cacert", server.authority, "--noproxy", "*", "--ipv4", "--data", "{}"] + options
                    + ["https://localhost:\(port)/callbacks"])
            client.waitForEnd(within: .seconds(90))
            return client.output
        }
        try eventually(within: .seconds(60), "\(ingress.errors)") { try status(old.options) == "400" }
        #expect(try status(new.options) == "403")
        #expect(try status([]) == "403")

        try Data(contentsOf: URL(fileURLWithPath: new.authority.authority)).write(to: file, options: .atomic)
        try eventually(within: .seconds(60), "\(ingress.errors)") { try status(new.options) == "400" }
        #expect(try status(old.options) == "403")
        ingress.send(SIGTERM)
        #expect(ingress.waitForEnd(within: .seconds(60)) == .exit(0), "\(ingress.errors)")
    }
}
