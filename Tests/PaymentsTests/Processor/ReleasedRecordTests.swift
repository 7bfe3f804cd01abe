// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Records of the callbacks topic that a person released from review.
@Suite("Released records")
struct ReleasedRecordTests {
    private static let time: Int64 = Example.hour * 1000
    /// A signed Payment Page link has such a member; here the platform sent it.
    private static let linked = ExampleBodies.Purchase(
        project: #""project_id": 1234, "payment_amount": 1815"#)

    private static let receipt: [(String, String?)] = [
        ("tidings-received-at", "2024-12-07T19:08:45.000Z"), ("tidings-key-id", "main"),
        ("tidings-signature-rule", "natural"), ("tidings-project-id", "1234"),
    ]

    static func release(
        accepting findings: String, _ change: (inout [String: String?]) -> Void = { _ in }
    ) -> [(String, String?)] {
        var headers: [String: String?] = [
            "tidings-released-by": "anna", "tidings-released-at": "2024-12-08T09:00:00.000Z",
            "tidings-release-reason": "the bank confirms it",
            "tidings-released-from": "payments.callbacks.v1/0/7", "tidings-release-accepts": findings,
        ]
        change(&headers)
        return headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Sends a body, and then a release of it that accepts what it was held for.
    private static func released(
        _ body: String, settings: ProcessorSettings = ProcessorSettings(verification: .missing),
        in log: inout ProcessedLog
    ) throws -> (held: ProcessedLog.Result, released: ProcessedLog.Result) {
        let held = try log.send(body, headers: receipt, at: time)
        let findings = Self.findings(of: held).joined(separator: ", ")
        let released = try log.send(body, headers: receipt + release(accepting: findings), at: time)
        return (held, released)
    }

    /// What the headers of a review record name, in the form of a release.
    private static func findings(of result: ProcessedLog.Result) -> [String] {
        var findings: [String] = []
        for (name, value) in result.headers {
            switch name {
            case "tidings-rule": findings.append("\(result.output.decision.name) \(value)")
            case "tidings-path": findings[findings.count - 1] += " \(value)"
            default: continue
            }
        }
        return findings.isEmpty ? ["\(result.output.decision.name)"] : findings
    }

    @Test("a released ambiguous callback becomes the event of its members, and says who released it")
    func ambiguous() throws {
        var log = ProcessedLog(settings: ProcessorSettings(verification: .missing))
        let (held, released) = try Self.released(Self.linked.body, in: &log)
        #expect(held.output.decision == .ambiguous && held.header("tidings-rule") == "link")
        #expect(released.output.decision == .advance)
        #expect(released.key == held.key)
        #expect(
            released.text.contains(
                #""trust":{"key_id":"main","signature_rule":"natural","released_by":"anna"}"#))
        var plain = ProcessedLog(settings: ProcessorSettings(verification: .missing))
        let ordinary = try plain.send(
            ExampleBodies.Purchase().body, headers: Self.receipt, at: Self.time)
        #expect(released.header("ce_id") == ordinary.header("ce_id"))
    }

    @Test("a conflict found behind an accepted ambiguity is held again, until it is accepted too")
    func heldAgain() throws {
        var log = ProcessedLog(settings: ProcessorSettings(verification: .missing))
        _ = try log.send(ExampleBodies.Purchase().body, headers: Self.receipt, at: Self.time)
        let other = ExampleBodies.Purchase(
            status: "decline", project: #""project_id": 1234, "payment_amount": 1815"#)
        let (held, again) = try Self.released(other.body, in: &log)
        #expect(held.output.decision == .ambiguous)
        #expect(again.output.decision == .conflict)
        #expect(again.header("tidings-release-accepts") == "ambiguous link payment_amount")
        #expect(again.header("tidings-released-by") == "anna")
        let both = try log.send(
            other.body,
            headers: Self.receipt + Self.release(accepting: "ambiguous link payment_amount, conflict"),
            at: Self.time)
        #expect(both.output.decision == .correction)
    }

    @Test("a release accepts the findings that it names and no others")
    func namedOnly() throws {
        for findings in ["ambiguous link payment_id", "conflict", "ambiguous tail payment_amount"] {
            var log = ProcessedLog(settings: ProcessorSettings(verification: .missing))
            let result = try log.send(
                Self.linked.body, headers: Self.receipt + Self.release(accepting: findings), at: Self.time)
            #expect(result.output.decision == .ambiguous, "\(findings)")
        }
    }

    @Test("a release with a header that is missing, twice there or malformed is a dead letter")
    func malformed() throws {
        let names = Self.release(accepting: "conflict").map(\.0)
        var cases = names.map { name in Self.release(accepting: "conflict") { $0[name] = .some(nil) } }
        cases += names.map { name in Self.release(accepting: "conflict") { $0[name] = nil } }
        cases += names.map { name in Self.release(accepting: "conflict") + [(name, "conflict")] }
        cases += names.map { name in Self.release(accepting: "conflict") { $0[name] = "" } }
        cases += names.map { name in Self.release(accepting: "conflict") { $0[name] = "a\u{1}" } }
        for accepted in [
            "wrong-partition", "unknown-shape incomplete operation:id", "conflict,future", "conflict, ",
            "ambiguous project project_id", "anything",
        ] {
            cases.append(Self.release(accepting: accepted))
        }
        cases.append(
            Self.release(accepting: "conflict") {
                $0["tidings-released-by"] = String(repeating: "a", count: 129)
            })
        for headers in cases {
            var log = ProcessedLog(settings: ProcessorSettings(verification: .missing))
            let result = try log.send(
                ExampleBodies.Purchase().body, headers: Self.receipt + headers, at: Self.time)
            #expect(result.output.decision == .deadLetter, "\(headers)")
            #expect(result.header("tidings-error-class") == "malformed-release")
            #expect(result.header("tidings-stage") == "receipt")
        }
    }

    @Test("where every record is verified again, a release is not believed")
    func sharedCluster() throws {
        var signer = Signer(secret: Array(Example.secret.utf8))
        let key = try SigningKey(id: "main", secret: Array(Example.secret.utf8))
        let ring = try KeyRing([KeyRing.Project(id: 1234, keys: [key])])
        let bytes = Array(Self.linked.body.utf8)
        let body = try signer.sign(bytes.span.bytes)
        let accepted = Self.release(accepting: "ambiguous link payment_amount")
        for (policy, decision) in [(VerificationPolicy.always, Decision.ambiguous), (.missing, .advance)] {
            var log = ProcessedLog(settings: ProcessorSettings(verification: policy), keys: ring)
            let result = try log.send(body, headers: Self.receipt + accepted, at: Self.time)
            #expect(result.output.decision == decision, "\(policy)")
        }
    }

    @Test("an event of a released callback without a receipt says who released it and nothing of a key")
    func withoutReceipt() throws {
        var log = ProcessedLog()
        let result = try log.send(
            Self.linked.body, headers: Self.release(accepting: "ambiguous link payment_amount"),
            at: Self.time)
        #expect(result.output.decision == .advance)
        #expect(result.text.contains(#""trust":{"released_by":"anna"}"#))
    }

    @Test("the same records give the same bytes, released ones too")
    func deterministic() throws {
        let results = try (0..<2).map { _ in
            var log = ProcessedLog(settings: ProcessorSettings(verification: .missing))
            let (held, released) = try Self.released(Self.linked.body, in: &log)
            return (held.headers.map(\.value), released.value, log.states)
        }
        #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
        #expect(results[0].2 == results[1].2)
    }
}
