// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Key doubts")
struct KeyDoubtTests {
    private func doubts(_ secrets: [Int64: [String]]) throws -> [KeyRing.Doubt] {
        try KeyRing(
            secrets.map { id, secrets in
                KeyRing.Project(
                    id: id,
                    keys: try secrets.enumerated().map { number, secret in
                        try SigningKey(id: "k\(number)", secret: Array(secret.utf8))
                    })
            }
        ).doubts
    }

    @Test(
        "an ordinary secret is not doubted",
        arguments: ["s3cret/with=signs", "two words inside", "\"half", "x"])
    func ordinary(secret: String) throws {
        #expect(try doubts([1: [secret]]).isEmpty)
    }

    @Test(
        "white space, quotation marks and published test keys are doubted",
        arguments: [
            (" a", SecretForm.surroundingSpace), ("a\n", .surroundingSpace), ("a\t", .surroundingSpace),
            ("\u{b}a", .surroundingSpace), ("\"abc\"", .quoted), ("'abc'", .quoted), ("qwerty", .published),
        ])
    func slips(secret: String, form: SecretForm) throws {
        let doubts = try doubts([1: [secret]])
        #expect(doubts.map(\.reason) == [.form(form)])
        // The sentence names the key and never the secret.
        #expect(doubts[0].description.contains("project 1, key k0") && !doubts[0].description.contains("abc"))
    }

    @Test("two projects with one secret are doubted, two keys of one project are not this rule's")
    func shared() throws {
        let doubts = try doubts([1: ["same secret here"], 2: ["other", "same secret here"]])
        #expect(doubts.map(\.reason) == [.sharedSecret(otherProjectID: 1, otherKeyID: "k0")])
        #expect(doubts.map(\.keyID) == ["k1"])
    }
}
