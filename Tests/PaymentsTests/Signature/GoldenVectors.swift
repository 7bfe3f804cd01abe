// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A signature, or a text to be signed, as the platform's official SDKs and documentation have it.
struct GoldenVector: Decodable, CustomTestStringConvertible {
    enum Kind: String, Decodable {
        case callback, request
        case stringOnly = "string_only"
        /// Only the signature of a text, without the body it was made of.
        case stringToMAC = "string_to_hmac"
    }

    var name = ""
    var secret: String?
    /// The exact bytes of the body; nil where only the text to be signed was published.
    var body: String?
    var signature: String?
    var kind: Kind
    /// False where the signature is wrong on purpose.
    var valid: Bool?
    var stringToSign: String?

    private enum CodingKeys: String, CodingKey {
        case secret, body, signature, kind, valid
        case stringToSign = "string_to_sign"
    }

    var testDescription: String { name }

    static let all: [GoldenVector] = load()

    private static func load() -> [GoldenVector] {
        do {
            return try TestData.names("vectors").map { name in
                var vector = try JSONDecoder().decode(
                    Self.self, from: Data(TestData.bytes("vectors/\(name)")))
                vector.name = name
                return vector
            }
        } catch {
            preconditionFailure("the golden vectors cannot be read: \(error)")
        }
    }
}
