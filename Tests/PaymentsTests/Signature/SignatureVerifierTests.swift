// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

@Suite("Signature verifier")
struct SignatureVerifierTests {
    static let now = Timestamp(seconds: 1_700_000_000)

    @Test("every golden signature is checked as the official SDKs do", arguments: GoldenVector.signed)
    func golden(vector: GoldenVector) throws {
        let secret = try Array(#require(vector.secret).utf8)
        let body = try Array(#require(vector.body).utf8)
        var verifier = SignatureVerifier()
        let answer = try verifier.verify(body.span.bytes, secret: secret)
        if vector.valid == false {
            #expect(answer.rule == nil)
        } else {
            #expect(answer.hasSignature)
            let ring = try KeyRing([.init(id: 7, keys: [SigningKey(id: "main", secret: secret)])])
            let verification = try verifier.verify(body.span.bytes, project: 7, keys: ring, now: Self.now)
            let match = Verification.Match(keyID: "main", rule: try #require(answer.rule), projectID: 7)
            #expect(verification == .verified(match))
        }
    }

    @Test("the golden vectors are whole")
    func count() {
        #expect(GoldenVector.all.count == 39)
        #expect(GoldenVector.signed.count == 34)
        #expect(GoldenVector.signed.filter { $0.valid == false }.count == 2)
    }

    @Test("a published text has its published signature")
    func text() throws {
        for vector in GoldenVector.all where vector.stringToSign != nil && vector.signature != nil {
            let secret = try #require(vector.secret)
            #expect(Self.signature(of: try #require(vector.stringToSign), secret) == vector.signature)
        }
    }

    @Test("a callback without a signature that is a string is refused for that")
    func missingSignature() throws {
        for body in [
            #"{"project_id":1}"#, #"{"project_id":1,"signature":null}"#, #"{"project_id":1,"signature":5}"#,
            #"{"project_id":1,"signature":{"a":"b"}}"#, #"{"project_id":1,"general":{"signature":[]}}"#,
            #"{"project_id":1,"signature":5,"general":{"signature":"x"}}"#, #"{"a":{"signature":"x"}}"#,
        ] {
            #expect(try Self.verify(body) == .refused(.missingSignature), "\(body)")
        }
    }

    @Test("a callback that reports no project, where none is given, is refused for that")
    func missingProject() throws {
        for body in [
            #"{"signature":"x"}"#, #"{"signature":"x","project_id":null}"#,
            #"{"signature":"x","project_id":"a"}"#,
            #"{"signature":"x","project_id":1.0}"#, #"{"signature":"x","project_id":"01"}"#,
            #"{"signature":"x","project_id":-1}"#, #"{"signature":"x","project_id":0}"#,
            #"{"signature":"x","project_id":[1]}"#, #"{"signature":"x","project_id":99999999999999999999}"#,
        ] {
            #expect(try Self.verify(body) == .refused(.missingProject), "\(body)")
            #expect(try Self.verify(body, project: 1) == .refused(.mismatch(shadow: nil)), "\(body)")
        }
    }

    @Test("the project is taken from the root, else from general, as a number or a string")
    func project() throws {
        for (body, projectID) in [
            (#"{"project_id":1}"#, 1), (#"{"project_id":"1"}"#, 1), (#"{"general":{"project_id":2}}"#, 2),
            (#"{"project_id":1,"general":{"project_id":2}}"#, 1),
            (#"{"project_id":null,"general":{"project_id":2}}"#, 2),
        ] as [(String, Int64)] {
            let secret = projectID == 1 ? "one" : "two"
            let match = Verification.Match(keyID: secret, rule: .natural, projectID: projectID)
            #expect(try Self.verify(Self.sign(body, secret)) == .verified(match), "\(body)")
        }
    }

    @Test("a wrong signature, a malformed one and an unknown project have one answer")
    func mismatch() throws {
        let signed = try Self.sign(#"{"project_id":1,"a":"b"}"#, "one")
        for body in [
            signed.replacing(#""a":"b""#, with: #""a":"c""#), signed.replacing("==", with: "==" + " "),
            signed.replacing(#"=="}"#, with: #"="}"#),
            signed.replacing(#""signature":""#, with: #""signature":"!"#),
            signed.replacing(#""project_id":1"#, with: #""project_id":2"#),
            signed.replacing(#""project_id":1"#, with: #""project_id":3"#),
            #"{"project_id":1,"signature":""}"#,
        ] {
            #expect(body != signed)
            #expect(try Self.verify(body) == .refused(.mismatch(shadow: nil)), "\(body)")
        }
        #expect(try Self.verify(signed, project: 3) == .refused(.mismatch(shadow: nil)))
    }

    @Test("the spelling of a signature is the canonical one only")
    func canonical() throws {
        // The last character before the padding carries four bits that belong to no byte.
        let signed = try Self.sign(#"{"project_id":1}"#, "one")
        let place = try #require(signed.range(of: "==\"")).lowerBound
        let index = signed.index(before: place)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let value = try #require(alphabet.firstIndex(of: signed[index]))
        #expect(value % 16 == 0)
        for other in value + 1..<value + 16 {
            var body = signed
            body.replaceSubrange(index...index, with: String(alphabet[other]))
            #expect(try Self.verify(body) == .refused(.mismatch(shadow: nil)))
        }
    }

    @Test("each rule is tried, and reported")
    func rules() throws {
        let unsigned = #"{"project_id":1,"x":1.0,"a:b":1,"n":{"10":1,"2":1}}"#
        for rule in SignatureRule.allCases {
            let text = try SignedLines.text(of: unsigned, rule)
            let signature = Self.signature(of: text, "one")
            let body = unsigned.dropLast() + #","signature":"\#(signature)"}"#
            let match = Verification.Match(keyID: "one", rule: rule, projectID: 1)
            var verifier = SignatureVerifier()
            let verification = try verifier.verify(
                Array(body.utf8).span.bytes, project: nil, keys: Self.ring(), now: Self.now)
            #expect(verification == .verified(match))
            #expect(verifier.lines.text == text)
        }
    }

    @Test("the lines of a refused body are never those of the one before")
    func staleLines() throws {
        let signed = try Self.sign(#"{"project_id":1,"a":"b"}"#, "one")
        var verifier = SignatureVerifier()
        let ring = try Self.ring()
        _ = try verifier.verify(Array(signed.utf8).span.bytes, project: nil, keys: ring, now: Self.now)
        #expect(verifier.lines.text == "a:b;project_id:1")
        #expect(throws: JSONError(.unexpectedEnd, at: 1)) {
            try verifier.verify(Array("{".utf8).span.bytes, project: nil, keys: ring, now: Self.now)
        }
        #expect(verifier.lines.lines.isEmpty)
    }

    static func ring() throws -> KeyRing {
        try KeyRing([
            .init(id: 1, keys: [SigningKey(id: "one", secret: Array("one".utf8))]),
            .init(id: 2, keys: [SigningKey(id: "two", secret: Array("two".utf8))]),
        ])
    }

    static func verify(_ body: String, project: Int64? = nil) throws -> Verification {
        var verifier = SignatureVerifier()
        return try verifier.verify(Array(body.utf8).span.bytes, project: project, keys: ring(), now: now)
    }

    static func sign(_ body: String, _ secret: String) throws -> String {
        var signer = Signer(secret: Array(secret.utf8))
        return String(decoding: try signer.sign(Array(body.utf8).span.bytes), as: UTF8.self)
    }

    static func signature(of text: String, _ secret: String) -> String {
        String(
            decoding: Signer(secret: Array(secret.utf8)).signature(of: Array(text.utf8).span), as: UTF8.self)
    }
}

extension GoldenVector {
    static let signed = all.filter { $0.body != nil && $0.signature != nil }
}

extension SignedLines {
    /// The text in its present order.
    var text: String {
        var text: [UInt8] = []
        appendJoined(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
