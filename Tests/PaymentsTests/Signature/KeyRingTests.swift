// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Key ring")
struct KeyRingTests {
    static let now = Timestamp(seconds: 1_700_000_000)
    static let later = Timestamp(seconds: 1_700_000_001)

    @Test("every key of a project that accepts is tried")
    func rotation() throws {
        let ring = try Self.ring([("old", .retiring(until: Self.later)), ("new", .active)])
        for name in ["old", "new"] {
            #expect(
                try Self.verify(name, ring) == .verified(.init(keyID: name, rule: .natural, projectID: 1)))
        }
    }

    @Test("a retiring key ends at its moment")
    func retired() throws {
        let ring = try Self.ring([("old", .retiring(until: Self.now)), ("new", .active)])
        #expect(try Self.verify("old", ring) == .refused(.mismatch(shadow: nil)))
    }

    @Test("a key in shadow is reported and never accepted")
    func shadow() throws {
        let ring = try Self.ring([("main", .active), ("next", .shadow)])
        let match = Verification.Match(keyID: "next", rule: .natural, projectID: 1)
        #expect(try Self.verify("next", ring) == .refused(.mismatch(shadow: match)))
        #expect(
            try Self.verify("main", ring) == .verified(.init(keyID: "main", rule: .natural, projectID: 1)))
    }

    @Test("a ring that replaces another is used from the next callback on")
    func reload() throws {
        var verifier = SignatureVerifier()
        let body = Array(try SignatureVerifierTests.sign(#"{"project_id":1}"#, "b").utf8)
        for (secret, isAccepted) in [("a", false), ("b", true), ("a", false)] {
            let ring = try Self.ring([(secret, .active)])
            let verification = try verifier.verify(body.span.bytes, project: nil, keys: ring, now: Self.now)
            let match = Verification.Match(keyID: "b", rule: .natural, projectID: 1)
            #expect(verification == (isAccepted ? .verified(match) : .refused(.mismatch(shadow: nil))))
        }
    }

    @Test("a ring without projects refuses every callback")
    func empty() throws {
        #expect(try Self.verify("main", KeyRing([])) == .refused(.mismatch(shadow: nil)))
    }

    @Test("keys that cannot be meant so are refused")
    func invalid() throws {
        #expect(throws: KeyRingError.emptySecret(keyID: "a")) { try SigningKey(id: "a", secret: []) }
        #expect(throws: KeyRingError.emptyID) { try SigningKey(id: "", secret: [1]) }
        let key = try SigningKey(id: "a", secret: [1])
        #expect(throws: KeyRingError.duplicateKey(projectID: 1, keyID: "a")) {
            try KeyRing([.init(id: 1, keys: [key, key])])
        }
        #expect(throws: KeyRingError.duplicateProject(1)) {
            try KeyRing([.init(id: 1, keys: [key]), .init(id: 1, keys: [key])])
        }
        #expect(throws: KeyRingError.noKeys(projectID: 1)) { try KeyRing([.init(id: 1, keys: [])]) }
        #expect(throws: KeyRingError.invalidProject(0)) { try KeyRing([.init(id: 0, keys: [key])]) }
    }

    @Test("no way of printing a key or a ring shows the secret")
    func printing() throws {
        let secret = "correct horse"
        let bytes = Array(secret.utf8)
        let key = try SigningKey(id: "main", secret: bytes)
        let ring = try KeyRing([.init(id: 1, keys: [key])])
        var printed = "\(key) \(ring) \(String(reflecting: key)) \(String(reflecting: ring))"
        dump(key, to: &printed)
        dump(ring, to: &printed)
        dump(KeyRing.Project(id: 1, keys: [key]), to: &printed)
        print(key, ring, [key], to: &printed)
        #expect(printed.contains("main"))
        for spelling in [secret, "\(bytes)", "\(bytes[0])"] { #expect(!printed.contains(spelling)) }
    }

    @Test("a project is found among many")
    func lookUp() throws {
        let ids = (1...500).map { Int64($0 * 3) }
        let key = try SigningKey(id: "a", secret: [1])
        let ring = try KeyRing(ids.shuffled().map { .init(id: $0, keys: [key]) })
        #expect(ring.projectIDs == ids)
        for id in Int64(0)...1502 { #expect((ring.keys(of: id) != nil) == ids.contains(id)) }
    }

    static func ring(_ keys: [(String, SigningKey.Mode)]) throws -> KeyRing {
        try KeyRing([
            .init(id: 1, keys: keys.map { try SigningKey(id: $0, secret: Array($0.utf8), mode: $1) })
        ])
    }

    static func verify(_ secret: String, _ ring: KeyRing) throws -> Verification {
        var verifier = SignatureVerifier()
        let body = Array(try SignatureVerifierTests.sign(#"{"project_id":1,"a":"b"}"#, secret).utf8)
        return try verifier.verify(body.span.bytes, project: nil, keys: ring, now: now)
    }
}
