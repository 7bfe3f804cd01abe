// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// What of the ingress only a whole process shows. No broker is needed: it runs without one, not ready.
@Suite("The ingress as a process", .serialized)
struct IngressProcessTests {
    private static let curl = URL(fileURLWithPath: "/usr/bin/curl")
    private static let openssl = URL(fileURLWithPath: "/usr/bin/openssl")

    private static var hasTools: Bool {
        [curl, openssl].allSatisfy { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private static func makeCertificate(_ name: String, in folder: URL) throws {
        let maker = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
            ]
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1"]
                + ["-keyout", folder.appendingPathComponent("\(name).key").path]
                + ["-out", folder.appendingPathComponent("\(name).pem").path])
        try #require(maker.waitForEnd(within: .seconds(60)) == .exit(0), "\(maker.errors)")
    }

    private static func install(_ name: String, in folder: URL) throws {
        for kind in ["key", "pem"] {
            let bytes = try Data(contentsOf: folder.appendingPathComponent("\(name).\(kind)"))
            try bytes.write(to: folder.appendingPathComponent("server.\(kind)"), options: .atomic)
        }
    }

    private static func arguments(
        _ folder: URL, port: Int, management: Int? = nil
    ) throws -> [String] {
        try Data("a secret of the ingress".utf8).write(to: folder.appendingPathComponent("secret"))
        let keys = "projects: {1234: {keys: [{id: main, secret_file: secret}]}}"
        try Data(keys.utf8).write(to: folder.appendingPathComponent("keys.yaml"))
        return [
            "ingress", "--ingress-address", "127.0.0.1:\(port)",
            "--kafka-bootstrap-servers", "127.0.0.1:1",
            "--keys-file", folder.appendingPathComponent("keys.yaml").path, "--management-address",
            "127.0.0.1:\(try management ?? freePort())",
        ]
    }

    /// The status of a POST over a new connection that trusts this certificate alone; `000` where none comes.
    private static func status(_ trusted: String, in folder: URL, port: Int) throws -> String {
        let client = try ChildProcess(
            curl,
            ["--silent", "--max-time", "60", "--output", "/dev/null", "--write-out", "%{http_code}"]
                + ["--cacert", folder.appendingPathComponent("\(trusted).pem").path, "--noproxy", "*"]
                + ["--data", "{}", "https://127.0.0.1:\(port)/callbacks"])
        client.waitForEnd(within: .seconds(90))
        return client.output
    }

    @Test(
        "a certificate and its key that are replaced on disk serve new connections, changed or by SIGHUP",
        .enabled(if: hasTools, "needs /usr/bin/openssl and /usr/bin/curl"), .timeLimit(.minutes(30)),
        arguments: [true, false])
    func certificate(byHangUp: Bool) throws {
        let folder = try TemporaryDirectory()
        for name in ["first", "second"] { try Self.makeCertificate(name, in: folder.url) }
        try Self.install("first", in: folder.url)
        let port = try freePort()
        let ingress = try ChildProcess.tidings(
            try Self.arguments(folder.url, port: port) + [
                "--ingress-tls-certificate-file", folder.file("server.pem").path,
                "--ingress-tls-key-file", folder.file("server.key").path,
                "--keys-check-interval", byHangUp ? "3600s" : "100ms",
            ])
        try eventually(within: .seconds(60)) {
            try Self.status("first", in: folder.url, port: port) == "400"
        }
        try Self.install("second", in: folder.url)
        if byHangUp { ingress.send(SIGHUP) }
        try eventually(within: .seconds(60)) {
            try Self.status("second", in: folder.url, port: port) == "400"
        }
        #expect(try Self.status("first", in: folder.url, port: port) == "000")

        // Half of a pair changes nothing.
        let first = try Data(contentsOf: folder.file("first.pem"))
        try first.write(to: folder.file("server.pem"), options: .atomic)
        if byHangUp { ingress.send(SIGHUP) }
        eventually(within: .seconds(60)) { ingress.errors.contains("cannot use the certificate files") }
        #expect(try Self.status("second", in: folder.url, port: port) == "400")
        ingress.send(SIGTERM)
        #expect(ingress.waitForEnd(within: .seconds(60)) == .exit(0), "\(ingress.errors)")
    }

    @Test("connection limits beyond the process's descriptors are refused with both numbers")
    func descriptors() throws {
        let folder = try TemporaryDirectory()
        let limit = "2000"
        let arguments = try Self.arguments(folder.url, port: try freePort())
        let limited = { (connections: String) in
            try ChildProcess(
                URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c", "ulimit -Sn 512; ulimit -Hn \(limit); exec \"$@\"", "sh",
                    Repository.product("tidings").path,
                ] + arguments + ["--ingress-connection-limit", connections])
        }
        let refused = try limited("1800")
        #expect(refused.waitForEnd(within: .seconds(60)) == .exit(2))
        #expect(refused.errors.contains("2312 file descriptors") && refused.errors.contains("may open 2000"))

        // The soft limit of 512 is raised.
        let running = try limited("1400")
        eventually(within: .seconds(60)) { running.errors.contains("listening") || !running.isRunning }
        let limits = try String(contentsOfFile: "/proc/\(running.identifier)/limits", encoding: .utf8)
        #expect(limits.contains(/Max open files +2000 +2000/))
        running.send(SIGTERM)
        #expect(running.waitForEnd(within: .seconds(60)) == .exit(0), "\(running.errors)")
    }

    @Test("a stop first goes on accepting, not ready, with each answer closing its connection")
    func stopDelay() throws {
        let folder = try TemporaryDirectory()
        let port = try freePort()
        let management = try freePort()
        let ingress = try ChildProcess.tidings(
            try Self.arguments(folder.url, port: port, management: management) + [
                "--ingress-stop-delay", "15s",
            ])
        eventually(within: .seconds(60)) { (try? RawHTTP(port: port)) != nil }
        let before = try RawHTTP(port: port)
        before.post("/callbacks", Array("{}".utf8))
        #expect(before.answer(within: .seconds(60))?.isLast == false)
        ingress.send(SIGTERM)
        eventually(within: .seconds(60)) { ingress.errors.contains("stopping: not ready, still accepting") }
        let during = try RawHTTP(port: port)
        during.post("/callbacks", Array("{}".utf8))
        let answer = try #require(during.answer(within: .seconds(60)))
        #expect(answer.status == 400 && answer.isLast)
        let ready = try RawHTTP(port: management)
        ready.get("/readyz")
        let readiness = try #require(ready.answer(within: .seconds(60)))
        #expect(readiness.status == 503 && readiness.text.contains("draining"))
        #expect(ingress.waitForEnd(within: .seconds(90)) == .exit(0), "\(ingress.errors)")
    }

    @Test("config check refuses a secret that is probably a slip, and names the key and the cause")
    func secrets() throws {
        for (secret, cause) in [
            (" a secret", "white space"), ("'quoted'", "quotation marks"), ("qwerty", "test key"),
        ] {
            let folder = try TemporaryDirectory()
            try Data(secret.utf8).write(to: folder.file("secret"))
            let keys = "projects: {1234: {keys: [{id: main, secret_file: secret}]}}"
            try Data(keys.utf8).write(to: folder.file("keys.yaml"))
            let check = try ChildProcess.tidings(
                ["config", "check", "--keys-file", folder.file("keys.yaml").path])
            #expect(check.waitForEnd(within: .seconds(60)) == .exit(2))
            #expect(check.errors.contains("project 1234, key main") && check.errors.contains(cause))
            #expect(!check.errors.contains("qwerty"))
        }
    }
}
