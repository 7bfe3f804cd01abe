// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import Ingress
import Payments
import TestSupport
import Testing

/// `schemas/openapi.yaml` against live ingresses, by external tools.
@Suite("The description of the ingress") struct DescriptionTests {
    static let processor = OutsideTool(
        "Tests/Reference/check_ingress.py", modules: ["schemathesis", "openapi_spec_validator", "yaml"])
    private static let document = Repository.file("schemas/openapi.yaml").path
    /// What signs the examples of the contract.
    private static let secret = "example-secret"

    /// Another seed makes other requests; a failure prints the request.
    private static let seed = ProcessInfo.processInfo.environment["TIDINGS_TEST_SEED"] ?? "20240712"

    @Test("it is OpenAPI 3.1, and its example is one of the contract's", .needs(processor))
    func document() throws {
        let example = Repository.file("schemas/examples/purchase-success/callback.json").path
        let (ending, output) = try Self.processor.run(["document", Self.document, example])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test(
        "whatever schemathesis makes of it is answered as it says: 200 where the body verifies, and only there",
        .needs(processor))
    func driven() throws {
        let keys = try TestIngress.ring([SigningKey(id: "main", secret: Array(Self.secret.utf8))])
        let ingress = try TestIngress(keys: keys) { $0.unverifiedPerMinute = 0 }
        eventually { ingress.service.readiness.isReady }
        let url = "http://127.0.0.1:\(ingress.service.port)"
        let (ending, output) = try Self.processor.run(
            ["drive", Self.document, url, Self.secret, Self.seed], within: .seconds(300))
        #expect(ending == .exit(0), "\(output)")
        #expect(try ingress.records().count == ingress.outcome("accepted"))
    }

    @Test("every answer of an ingress is in it, and it has no other", .needs(processor))
    func answers() throws {
        let folder = try TemporaryDirectory()
        let file = folder.file("answers")
        try Self.lines(try Self.everyAnswer.get()).write(to: file, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.processor.run(["answers", Self.document, file.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test(
        "the record processor finds what is wrong", .needs(processor),
        arguments: [
            ("'415'", "'416'"), ("'505'", "'506'"), ("refused\\n", "go away\\n"), ("Allow:", "Allowed:"),
            ("Retry-After:", "Retry-Before:"), ("minimum: 1", "minimum: 100"), ("text/plain", "text/html"),
        ])
    func tampered(text: String, wrong: String) throws {
        let folder = try TemporaryDirectory()
        let (file, other) = (folder.file("answers"), folder.file("openapi.yaml"))
        try Self.lines(try Self.everyAnswer.get()).write(to: file, atomically: true, encoding: .utf8)
        let document = try String(contentsOfFile: Self.document, encoding: .utf8)
        try #require(document.contains(text))
        try document.replacing(text, with: wrong).write(to: other, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.processor.run(["answers", other.path, file.path])
        #expect(ending == .exit(1), "\(output)")
    }

    /// Asks for each answer once: by callbacks, by bytes that no platform would send, of an ingress that
    /// hears too much, of one that allows no address, and of one without brokers.
    private static let everyAnswer = Result { () throws -> [RawHTTP.Answer] in
        let ingress = try TestIngress { $0.unverifiedPerMinute = 0 }
        var answers: [RawHTTP.Answer?] = []
        let good = try signed(callback())
        for (body, path) in [
            (good, "/callbacks"), (good, "/callbacks/1234"), (good, "/callbacks/1235"), (good, "/elsewhere"),
            (callback(), "/callbacks"), (Array("{".utf8), "/callbacks"),
            (try signed(Array("{}".utf8)), "/callbacks"),
        ] {
            answers.append(try ingress.post(body, to: path))
        }
        let asking = try ingress.connect()
        asking.get("/callbacks")
        answers.append(asking.answer())
        for bad in BadInputTests.lengths + BadInputTests.encodings + BadInputTests.heads {
            let client = try ingress.connect()
            client.send(bad.bytes)
            answers.append(client.answer())
        }

        let crowded = try TestIngress { $0.unverifiedPerMinute = 1 }
        for _ in 0..<2 { answers.append(try crowded.post(Array("{".utf8))) }
        let elsewhere = try #require(AddressBlock("192.0.2.0/24"))
        let closed = try TestIngress { $0.allowed = [elsewhere] }
        answers.append(try closed.post(good))
        let alone = try TestIngress(brokers: .down) { $0.server.deadlines.answer = .milliseconds(100) }
        answers.append(try alone.post(good))
        return try answers.map { try #require($0) }
    }

    private static func lines(_ answers: [RawHTTP.Answer]) throws -> String {
        try answers.map { answer in
            let line: [String: Any] = [
                "status": answer.status, "headers": answer.headers.map { [$0.name, $0.value] },
                "body": answer.text,
            ]
            return String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self) + "\n"
        }.joined()
    }
}
