// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Which records are believed, and what becomes of the others.
@Suite("Trust in a record")
struct RecordProcessorTrustTests {
    private static let time: Int64 = Example.hour * 1000
    private static let body = ExampleBodies.Purchase().body

    private static func receipt(_ change: (inout [String: String?]) -> Void = { _ in }) -> [(String, String?)]
    {
        var headers: [String: String?] = [
            "tidings-received-at": "2024-12-07T19:08:45.000Z", "tidings-key-id": "main",
            "tidings-signature-rule": "natural", "tidings-project-id": "1234",
        ]
        change(&headers)
        return headers.map { ($0.key, $0.value) }
    }

    private static func ring(
        _ secret: String = Example.secret, mode: SigningKey.Mode = .active
    ) throws -> KeyRing {
        let key = try SigningKey(id: "today", secret: Array(secret.utf8), mode: mode)
        return try KeyRing([KeyRing.Project(id: 1234, keys: [key])])
    }

    private static func signed() throws -> [UInt8] {
        var signer = Signer(secret: Array(Example.secret.utf8))
        let bytes = Array(body.utf8)
        return try signer.sign(bytes.span.bytes)
    }

    private func log(_ policy: VerificationPolicy, _ keys: KeyRing?) -> ProcessedLog {
        ProcessedLog(settings: ProcessorSettings(verification: policy), keys: keys)
    }

    @Test("a receipt is believed by missing and never, and nothing is by always")
    func receiptAndPolicies() throws {
        for policy in VerificationPolicy.allCases {
            var log = log(policy, try Self.ring())
            let result = try log.send(Self.body, headers: Self.receipt(), at: Self.time)
            #expect(result.output.decision == (policy == .always ? .deadLetter : .advance), "\(policy)")
        }
    }

    @Test("without a receipt a valid signature is believed, by every policy, and nothing is said of trust")
    func signedWithoutReceipt() throws {
        for policy in VerificationPolicy.allCases {
            var log = log(policy, try Self.ring())
            let result = try log.send(try Self.signed(), at: Self.time)
            #expect(result.output.decision == .advance)
            #expect(!result.text.contains("trust"))
        }
    }

    @Test("verified again, the event still says what the receipt says")
    func verifiedAgain() throws {
        var log = log(.always, try Self.ring())
        let result = try log.send(try Self.signed(), headers: Self.receipt(), at: Self.time)
        #expect(result.text.contains(#""trust":{"key_id":"main","signature_rule":"natural"}"#))
    }

    @Test("no signature, a wrong one, or no keys at all: a dead letter kept beside its payment")
    func unverified() throws {
        let cases: [([UInt8], KeyRing?)] = [
            (Array(Self.body.utf8), try Self.ring()), (try Self.signed(), try Self.ring("other")),
            (try Self.signed(), nil), (try Self.signed(), try Self.ring(mode: .shadow)),
        ]
        for (body, ring) in cases {
            var log = log(.missing, ring)
            let result = try log.send(body, at: Self.time)
            #expect(result.output.decision == .deadLetter)
            #expect(result.header("tidings-stage") == "verification")
            #expect(result.header("tidings-error-class") == "unverified")
            #expect(result.value == body)
            #expect(result.key == "1234:payment_47")
            #expect(log.states.isEmpty)
        }
    }

    @Test("a retiring key is checked by the record's time, never by a clock")
    func retiring() throws {
        let end = Timestamp(milliseconds: Self.time + 1)
        var log = log(.missing, try Self.ring(mode: .retiring(until: end)))
        #expect(try log.send(try Self.signed(), at: Self.time).output.decision == .advance)
        #expect(try log.send(try Self.signed(), at: Self.time + 1).output.decision == .deadLetter)
    }

    @Test("keys that are replaced count from the next record on")
    func replacedKeys() throws {
        var log = log(.missing, nil)
        #expect(try log.send(try Self.signed(), at: Self.time).output.decision == .deadLetter)
        log.processor.keys = try Self.ring()
        #expect(try log.send(try Self.signed(), at: Self.time).output.decision == .advance)
    }

    @Test("the project of the key that verified is the project, whatever the body says")
    func otherProject() throws {
        var log = log(.never, nil)
        let headers = Self.receipt { $0["tidings-project-id"] = "4321" }
        let result = try log.send(Self.body, headers: headers, at: Self.time)
        #expect(result.output.decision == .ambiguous)
        #expect("\(result.output.reason)" == "project")
        #expect(result.key == "4321:payment_47")
    }

    @Test(
        "a receipt that no ingress of ours wrote is a dead letter, by every policy",
        arguments: [
            ("tidings-received-at", "yesterday"), ("tidings-received-at", nil), ("tidings-key-id", ""),
            ("tidings-key-id", "a\nb"), ("tidings-signature-rule", "none"), ("tidings-project-id", "01"),
            ("tidings-project-id", "x"), ("tidings-project-id", nil), ("tidings-origin", "somewhere"),
            ("tidings-origin", ""),
        ] as [(String, String?)])
    func malformedReceipt(name: String, value: String?) throws {
        for policy in VerificationPolicy.allCases {
            var log = log(policy, try Self.ring())
            var headers = Self.receipt { $0[name] = value }
            if value == nil { headers.removeAll { $0.0 == name } }
            let result = try log.send(try Self.signed(), headers: headers, at: Self.time)
            #expect(result.output.decision == .deadLetter)
            #expect(result.header("tidings-stage") == "receipt")
            #expect(result.header("tidings-error-class") == "malformed-receipt")
        }
    }

    @Test("a header of the receipt that is there twice, or has no value, makes it malformed")
    func doubledHeader() throws {
        var log = log(.never, nil)
        for extra in [("tidings-key-id", "other"), ("tidings-peer", nil)] as [(String, String?)] {
            let result = try log.send(Self.body, headers: Self.receipt() + [extra], at: Self.time)
            #expect("\(result.output.reason)" == "malformed-receipt")
        }
    }

    @Test("a callback of a reconciliation is verified as every other one, and its event has the origin")
    func reconciliation() throws {
        for policy in VerificationPolicy.allCases {
            var log = log(policy, try Self.ring())
            var headers = Self.receipt { $0["tidings-origin"] = "reconciliation" }
            headers.removeAll { $0.0 == "tidings-peer" }
            let result = try log.send(try Self.signed(), headers: headers, at: Self.time)
            #expect(result.output.decision == .advance)
            #expect(result.text.contains(#""signature_rule":"natural","origin":"reconciliation"}"#))
        }
        var other = log(.missing, try Self.ring())
        let alone = [("tidings-origin", "reconciliation")] as [(String, String?)]
        #expect(
            "\(try other.send(try Self.signed(), headers: alone, at: Self.time).output.reason)"
                == "malformed-receipt")
    }

    @Test("trace context alone is not a receipt")
    func traceAlone() throws {
        var log = log(.missing, try Self.ring())
        let headers = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
        #expect(try log.send(try Self.signed(), headers: headers, at: Self.time).output.decision == .advance)
    }

    @Test("a record without a value is a dead letter without key and value")
    func nullValue() throws {
        var log = log(.never, nil)
        let result = try log.send(nil, headers: Self.receipt(), at: Self.time)
        #expect("\(result.output.reason)" == "null-value")
        #expect(result.header("tidings-stage") == "value")
        #expect(result.key.isEmpty)
        #expect(result.value == nil)
    }

    @Test("a body that cannot be read is a dead letter that says why and where")
    func unreadable() throws {
        var log = log(.never, nil)
        let result = try log.send("{\"a\":1,\"a\":2}", at: Self.time)
        #expect(result.header("tidings-stage") == "reading")
        #expect(result.header("tidings-error-class") == "duplicate-key")
        #expect(result.header("tidings-error-offset") == "7")
        #expect(result.key.hasPrefix("sha256:-:"))
        #expect(try log.send("", at: Self.time).output.decision == .deadLetter)
    }

    @Test("the key at hand is the key of the lines, in every example")
    func keys() throws {
        for example in Example.all {
            guard let callback = try example.callback() else { continue }
            var reader = CallbackReader()
            guard case .clear = reader.read(callback.span.bytes, rule: .natural, projectID: 1234) else {
                continue
            }
            var key: [UInt8] = []
            PartitionKey.derive(from: reader.lines, projectID: 1234, body: callback.span.bytes, into: &key)
            #expect(try example.run(.json).record.key == String(decoding: key, as: UTF8.self))
        }
    }
}
