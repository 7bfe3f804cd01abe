// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

/// A body that has the layout of an earlier one is compared instead of scanned, so each of these checks asks
/// a reader that knows many bodies and one that knows none.
@Suite("JSON layout")
struct JSONLayoutTests {
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"
    private static let secret = Array("layout".utf8)

    @Test("the third body with the same members is recognised, whatever its values")
    func recognition() throws {
        for sample in Samples.all {
            var reader = CallbackReader()
            for round in 0..<3 {
                let body = sample.with("customer.id", .text("\(round)")).body
                guard case .clear = reader.read(body.span.bytes, rule: .natural, projectID: 1234) else {
                    throw Unexpected()
                }
                #expect(reader.hasKnownLayout == (round == 2))
            }
        }
    }

    @Test("a body that is not a callback leaves no layout")
    func strangers() throws {
        var verifier = SignatureVerifier()
        let ring = try KeyRing([.init(id: 1234, keys: [SigningKey(id: "main", secret: Self.secret)])])
        for _ in 0..<5 {
            let body = SampleCallback.success.body
            let time = Timestamp(milliseconds: 0)
            let verification = try verifier.verify(body.span.bytes, project: nil, keys: ring, now: time)
            #expect(verification == .refused(.mismatch(shadow: nil)))
            #expect(!verifier.tree.hasKnownLayout)
        }
    }

    @Test("many layouts in turn are read as each alone")
    func manyLayouts() throws {
        var known = try KnownReaders(limits: JSONLimits(), secret: Self.secret)
        for round in 0..<60 {
            var draft = SampleCallback.success
            for member in 0..<round % 20 { draft = draft.with("payment.extra_\(member)", .text("x\(round)")) }
            try known.compare(draft.body)
        }
    }

    @Test(
        "mutated bodies are read as by a reader that scans every one",
        arguments: [
            JSONLimits(), JSONLimits(depth: 3, members: 40, numberBytes: 10, signedBytes: 1_700),
        ])
    func mutations(limits: JSONLimits) throws {
        let rounds = Self.isFull ? 500_000 : 10_000
        var known = try KnownReaders(limits: limits, secret: Self.secret)
        var mutator = BodyMutator(random: SeededGenerator(seed: 18))
        let bodies = try Samples.spelt(secret: Self.secret)
        var recognised = 0
        for round in 0..<rounds {
            var body = bodies[round % bodies.count]
            // In runs, so that layouts are known, and also replaced by those of mutated bodies.
            for _ in 0..<[0, 0, 1, 1, 1, 2, 3][round / bodies.count % 7] { mutator.change(&body) }
            try known.compare(body)
            if known.hasKnownLayout { recognised += 1 }
        }
        // Otherwise the comparison would prove nothing.
        #expect(recognised > rounds / 10)
    }

    private struct Unexpected: Error {}
}

/// Callbacks of every shape, in several spellings.
private enum Samples {
    static let all = [
        SampleCallback.success, SampleCallback.redirect, SampleCallback.errors, SampleCallback.transaction,
    ]

    static func spelt(secret: [UInt8]) throws -> [[UInt8]] {
        var signer = Signer(secret: secret)
        var bodies: [[UInt8]] = []
        for sample in all {
            let signed = try signer.sign(sample.body.span.bytes)
            bodies.append(signed)
            // As PHP writes it, with white space, and with white space at both ends.
            let text = String(decoding: signed, as: UTF8.self)
            bodies.append(Array(text.replacing("/", with: #"\/"#).utf8))
            bodies.append(
                Array(text.replacing(#"":"#, with: #"" : "#).replacing(#",""#, with: ",\n\t\"").utf8))
            bodies.append(Array("\r\n \(text)\n".utf8))
        }
        return bodies
    }
}
