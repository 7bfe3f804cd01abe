// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Command line")
struct CommandLineTests {
    private let body = """
        {"project_id":1234,"payment":{"id":"p-1","status":"success"},"operation":{"id":47,"type":"sale",\
        "status":"success","date":"2026-01-02T03:04:05+0000"}}
        """

    @Test("what sign signs, verify finds valid and clear")
    func signAndVerify() throws {
        let folder = try TemporaryDirectory()
        try Data("a secret\n".utf8).write(to: folder.file("secret"))
        try Data(body.utf8).write(to: folder.file("body"))
        let signed = try run("sign", "--secret-file", folder.file("secret").path, folder.file("body").path)
        #expect(signed.ending == .exit(0))
        try Data(signed.output.utf8).write(to: folder.file("signed"))

        let verified = try run(
            "verify", "--secret-file", folder.file("secret").path, folder.file("signed").path)
        #expect(verified.ending == .exit(0))
        #expect(
            verified.output == #"{"valid":true,"rule":"natural","error":null,"clear":true,"reasons":[]}"#
                + "\n")

        let unsigned = try run(
            "verify", "--secret-file", folder.file("secret").path, folder.file("body").path)
        #expect(unsigned.ending == .exit(1))
        #expect(unsigned.output.contains(#""error":"no signature""#))
    }

    @Test("valid but ambiguous is exit code 4")
    func ambiguous() throws {
        let folder = try TemporaryDirectory()
        try Data("s".utf8).write(to: folder.file("secret"))
        let link = #"{"payment_amount":100,"payment_currency":"USD","payment_id":"x","project_id":1234}"#
        try Data(link.utf8).write(to: folder.file("link"))
        let signed = try run("sign", "--secret-file", folder.file("secret").path, folder.file("link").path)
        try Data(signed.output.utf8).write(to: folder.file("signed"))
        let verified = try run(
            "verify", "--secret-file", folder.file("secret").path, folder.file("signed").path)
        #expect(verified.ending == .exit(4))
    }

    @Test("a wrong call is exit code 2 and says what was meant, on standard error")
    func usage() throws {
        for arguments in [["ingrss"], ["verify"], ["sign", "--secret-fil", "x"], ["topics", "create"]] {
            let result = try run(arguments)
            #expect(result.ending == .exit(2), "\(arguments)")
            #expect(result.output.isEmpty && result.errors.hasPrefix("tidings: "))
        }
        #expect(try run("ingrss").errors.contains("did you mean ingress?"))
    }

    @Test("version names what was built, from which sources, and every library")
    func version() throws {
        let text = try run("version")
        #expect(text.ending == .exit(0))
        let lines = text.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
        #expect(
            lines.map { String($0[0]) } == [
                "tidings", "revision", "built", "librdkafka", "libmicrohttpd", "gnutls", "lmdb", "xxhash",
                "jemalloc", "openssl", "libyaml", "libcurl",
            ])
        for line in lines.dropFirst(3) {
            #expect(line[1].contains(/^[0-9]+\.[0-9]+\.[0-9]+/), "\(line)")
        }
        let json = try JSONSerialization.jsonObject(with: Data(try run("version", "--json").output.utf8))
        let members = try #require(json as? [String: String])
        #expect(members == Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), String($0[1])) }))
    }

    @Test("documents are printed by commands")
    func documents() throws {
        for (arguments, beginning) in [
            (["config", "schema"], "{\n  \"$schema\""), (["config", "schema", "keys"], "{\n  \"$schema\""),
            (["config", "reference"], "# Configuration\n"), (["completion", "fish"], "# fish completion"),
            (["manual"], ".Dd "),
        ] {
            let result = try run(arguments)
            #expect(result.ending == .exit(0) && result.output.hasPrefix(beginning), "\(arguments)")
        }
        #expect(try run("completion").ending == .exit(2))
        #expect(try run("config", "schema", "kes").errors.contains("did you mean keys?"))
    }

    @Test("config check builds the services, and says what contradicts with exit code 2")
    func configCheck() throws {
        let folder = try TemporaryDirectory()
        try Data("ingress:\n  header_limit: 1KiB\n".utf8).write(to: folder.file("t.yaml"))
        let refused = try run("config", "check", "--config-file", folder.file("t.yaml").path)
        #expect(refused.ending == .exit(2))
        #expect(refused.errors.contains("t.yaml:2: ingress.header_limit contradicts"))
        try Data("ingress:\n  header_limit: 64KiB\ncallback: {number_limit: 64}\n".utf8)
            .write(to: folder.file("t.yaml"))
        let accepted = try run("config", "check", "--config-file", folder.file("t.yaml").path)
        #expect(accepted.ending == .exit(0), "\(accepted.errors)")
    }

    @Test("an empty secret is refused")
    func emptySecret() throws {
        let folder = try TemporaryDirectory()
        try Data("\n".utf8).write(to: folder.file("secret"))
        let result = try run("sign", "--secret-file", folder.file("secret").path, "/dev/null")
        #expect(result.ending == .exit(2))
        #expect(result.errors.contains("the secret is empty"))
    }

    @Test("Kafka that cannot be reached is exit code 3")
    func unreachable() throws {
        let result = try run(
            "topics", "check", "--kafka-bootstrap-servers", "127.0.0.1:1", "--log-level", "error")
        #expect(result.ending == .exit(3))
        #expect(result.errors.contains("Kafka cannot be reached"))
    }

    @Test("topics are created once, and checked", .needsBroker)
    func topics() throws {
        let broker = try Broker.shared()
        let cluster = [
            "--kafka-bootstrap-servers", broker.bootstrapServers, "--topic-prefix",
            "\(broker.unique("commands")).",
        ]
        #expect(try run(["topics", "check"] + cluster).ending == .exit(1))
        let create = ["topics", "create", "--partitions", "2", "--replication", "1"] + cluster
        #expect(try run(create).ending == .exit(0))
        #expect(try run(["topics", "check", "--partitions", "2"] + cluster).ending == .exit(0))
        let again = try run(create)
        #expect(again.ending == .exit(0) && again.output.contains("nothing changed"))
        #expect(try run(["topics", "check", "--partitions", "3"] + cluster).ending == .exit(1))
    }

    @Test("help, version and the settings in force are answers: exit code 0, on standard output")
    func answers() throws {
        for arguments in [
            ["--help"], ["worker", "--help"], ["version"], ["config", "print"], ["config", "check"],
        ] {
            let result = try run(arguments)
            #expect(result.ending == .exit(0), "\(arguments)")
            #expect(!result.output.isEmpty && result.errors.isEmpty)
        }
    }

    private typealias Result = (ending: ChildProcess.Ending?, output: String, errors: String)

    private func run(_ arguments: String...) throws -> Result { try run(arguments) }

    private func run(_ arguments: [String]) throws -> Result {
        let child = try ChildProcess.tidings(arguments)
        let ending = child.waitForEnd(within: .seconds(120))
        return (ending, child.output, child.errors)
    }
}
