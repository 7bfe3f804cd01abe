// SPDX-License-Identifier: Apache-2.0
internal import Kafka

/// A file that contains one JSON Web Token, replaced by its owner before the token expires.
struct TokenFile: Sendable {
    let path: String

    func read() throws(OAuthFailure) -> OAuthToken {
        let bytes: [UInt8]
        do throws(ConfigurationError) {
            bytes = SecretFile.withoutLineEnd(try FileBytes.read(path, atMost: 1 << 16))
        } catch {
            throw OAuthFailure(error.problems.map(\.description).joined(separator: "; "))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OAuthFailure("\(path): it is not a JSON Web Token")
        }
        do throws(OAuthFailure) {
            return try OAuthToken(webToken: text)
        } catch {
            throw OAuthFailure("\(path): \(error)")
        }
    }
}
