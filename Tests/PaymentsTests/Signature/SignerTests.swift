// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Signer")
struct SignerTests {
    @Test(
        "the signature is put in, and every other byte stays as it was",
        arguments: [
            (#"{}"#, #"{"signature":"*"}"#),
            ("{ \"a\" : 1 \n}\n", "{ \"a\" : 1,\"signature\":\"*\" \n}\n"),
            (#"{"signature":"old\/\"","a":1}"#, #"{"signature":"*","a":1}"#),
            (#"{"a":1,"signature" : null }"#, #"{"a":1,"signature" : "*" }"#),
            (#"{"signature":{"a":[1]} }"#, #"{"signature":"*" }"#),
            (#"{"general":{"signature":"x","a":1}}"#, #"{"general":{"signature":"*","a":1}}"#),
            (
                #"{"signature":null,"general":{"signature":"x"}}"#,
                #"{"signature":null,"general":{"signature":"*"}}"#
            ),
            (#"{"a\u0062":"\u00e9","b":1e5}"#, #"{"a\u0062":"\u00e9","b":1e5,"signature":"*"}"#),
        ])
    func asFound(body: String, expected: String) throws {
        try check(body, .asFound, expected)
    }

    @Test(
        "the signature is put into general when that is asked for",
        arguments: [
            (#"{"general":{"project_id":1}}"#, #"{"general":{"project_id":1,"signature":"*"}}"#),
            (#"{"general":{ }}"#, #"{"general":{"signature":"*" }}"#),
            (#"{"a":1}"#, #"{"a":1,"general":{"signature":"*"}}"#),
            (#"{"general":{"signature":7}}"#, #"{"general":{"signature":"*"}}"#),
        ])
    func general(body: String, expected: String) throws {
        try check(body, .general, expected)
    }

    @Test("a place where no verifier would look is refused")
    func hidden() {
        for body in [#"{"signature":"x","general":{}}"#, #"{"general":[]}"#, #"{"general":null}"#] {
            #expect(throws: Signer.Failure.hidden, "\(body)") { try sign(body, .general) }
        }
        #expect(throws: Signer.Failure.unreadable(JSONError(.rootNotObject, at: 0))) {
            try sign("[]", .asFound)
        }
    }

    private func check(_ body: String, _ place: Signer.Place, _ expected: String) throws {
        let signed = try sign(body, place)
        let parts = expected.split(separator: "*", omittingEmptySubsequences: false)
        #expect(signed.hasPrefix(parts[0]) && signed.hasSuffix(parts[1]), "\(signed)")
        #expect(signed.utf8.count == expected.utf8.count + 87)
        var verifier = SignatureVerifier()
        let answer = try verifier.verify(Array(signed.utf8).span.bytes, secret: Array("secret".utf8))
        #expect(answer.rule == .natural)
    }

    private func sign(_ body: String, _ place: Signer.Place) throws -> String {
        var signer = Signer(secret: Array("secret".utf8))
        return String(decoding: try signer.sign(Array(body.utf8).span.bytes, place: place), as: UTF8.self)
    }
}
