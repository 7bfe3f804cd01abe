// SPDX-License-Identifier: Apache-2.0
internal import FoundationEssentials
internal import Gate
internal import Kafka

/// The claims of a JSON Web Token (RFC 7519) that a client needs. The signature is the broker's to verify.
struct JSONWebToken {
    /// `exp`: seconds since 1970, UTC.
    let expiresAt: Int64
    /// `sub`; empty where there is none.
    let subject: String

    init(_ text: String) throws(OAuthFailure) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Self.decode(parts[1]),
            let claims = try? JSONValue(parsing: payload)
        else { throw OAuthFailure("it is not a JSON Web Token") }
        // RFC 7519 allows a fraction.
        guard let seconds = claims["exp"]?.text?.split(separator: ".").first.flatMap({ Int64($0) }),
            (0..<Int64.max / 1000).contains(seconds)
        else { throw OAuthFailure("the token has no readable exp, so its time of expiry is unknown") }
        expiresAt = seconds
        subject = claims["sub"]?.text ?? ""
    }

    /// Base64 of RFC 4648, section 5, without padding.
    private static func decode(_ part: Substring) -> [UInt8]? {
        var text = part.map { character -> Character in
            switch character {
            case "-": "+"
            case "_": "/"
            default: character
            }
        }
        text += Array(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: String(text)).map(Array.init)
    }
}

extension OAuthToken {
    /// A token whose expiry is its own `exp`.
    init(webToken text: String) throws(OAuthFailure) {
        let token = try JSONWebToken(text)
        self.init(text: text, principal: token.subject, expiresAt: token.expiresAt * 1000)
    }
}
