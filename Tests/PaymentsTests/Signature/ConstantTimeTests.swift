// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Reads the source: a comparison that ends at the first difference would report how much of a signature is
/// right.
@Suite("Constant time")
struct ConstantTimeTests {
    @Test("CRYPTO_memcmp is the only comparison of signatures")
    func onlyComparison() throws {
        let sources = try Self.sources("Sources")
        #expect(sources.count > 20)
        // Where codes are made, they are compared; nothing else sees one but the signer, which compares
        // nothing.
        #expect(Self.files(with: "CRYPTO_memcmp(", sources) == ["MessageAuthenticator.swift"])
        #expect(Self.files(with: "EVP_MAC_final", sources) == ["MessageAuthenticator.swift"])
        #expect(Self.files(with: "EVP_MAC_init", sources) == ["MessageAuthenticator.swift"])
        #expect(
            Self.files(with: "authenticationCode(of", sources) == [
                "MessageAuthenticator.swift", "Signer.swift",
            ])
        let authenticator = try #require(sources["MessageAuthenticator.swift"])
        #expect(authenticator.components(separatedBy: "CRYPTO_memcmp(").count == 2)
        for (name, text) in try Self.sources("Sources/Payments") where name != "MessageAuthenticator.swift" {
            #expect(!text.contains("memcmp("), "\(name)")
        }
    }

    @Test("a code is compared whole, with no operator of Swift")
    func noOperator() throws {
        let sources = try Self.sources("Sources/Payments")
        for name in ["MessageAuthenticator.swift", "SignatureVerifier.swift"] {
            for line in try #require(sources[name]).split(separator: "\n") where line.contains("code") {
                let comparesElsewhere = [
                    "== candidate", "candidate ==", ".code ==", "== code", "elementsEqual",
                ]
                for spelling in comparesElsewhere { #expect(!line.contains(spelling), "\(name): \(line)") }
            }
        }
    }

    /// The text of every source file, by its name.
    static func sources(_ path: String) throws -> [String: String] {
        let folder = Repository.file(path)
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var sources: [String: String] = [:]
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            sources[file.lastPathComponent, default: ""] += try String(contentsOf: file, encoding: .utf8)
        }
        return sources
    }

    static func files(with text: String, _ sources: [String: String]) -> [String] {
        sources.filter { $0.value.contains(text) }.keys.sorted()
    }
}
