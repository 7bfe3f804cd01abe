// SPDX-License-Identifier: Apache-2.0
internal import FoundationEssentials
internal import Gate
internal import Kafka
internal import Synchronization
internal import System
internal import WebClient

/// Fetches tokens with client credentials (RFC 6749, section 4.4). The clients of one process share a token
/// until half of its time has passed.
final class TokenEndpoint: Sendable {
    struct Settings: Sendable {
        var address: WebAddress
        var clientID: String
        /// Read for every request, so that a rotated secret needs no restart.
        var secretFile: String
        var scope: String?
        /// PEM; nil for the system's authorities.
        var authorityFile: String?
    }

    private struct Kept {
        let token: OAuthToken
        /// Until when others are given it, in milliseconds since 1970.
        let isSharedUntil: Int64
    }

    private let settings: Settings
    private let sender: RequestSender
    private let kept = Mutex<Kept?>(nil)

    init(_ settings: Settings) {
        self.settings = settings
        // Below librdkafka's own patience with a broker. A thread of librdkafka waits meanwhile.
        sender = RequestSender(
            .init(timeout: .seconds(8), responseLimit: 1 << 16, authorityFile: settings.authorityFile))
    }

    func token() throws(OAuthFailure) -> OAuthToken {
        if let kept = kept.withLock({ $0 }), WallClock.milliseconds < kept.isSharedUntil { return kept.token }
        let token = try fetch()
        kept.withLock {
            $0 = Kept(token: token, isSharedUntil: (WallClock.milliseconds + token.expiresAt) / 2)
        }
        return token
    }

    private func fetch() throws(OAuthFailure) -> OAuthToken {
        let request = try request()
        let response: WebResponse
        do throws(WebError) {
            response = try sender.send(request)
        } catch {
            throw OAuthFailure("\(settings.address.origin): \(error)")
        }
        let answer = try? JSONValue(parsing: response.body)
        guard response.status == 200, let answer else { throw refusal(response.status, answer) }
        guard let text = answer["access_token"]?.text, !text.isEmpty,
            answer["token_type"]?.text?.lowercased() == "bearer"
        else { throw OAuthFailure("\(settings.address.origin) gave no bearer token") }
        if let token = try? OAuthToken(webToken: text) { return token }
        guard let seconds = answer["expires_in"]?.integer, (1...Int64(1 << 32)).contains(seconds) else {
            throw OAuthFailure("\(settings.address.origin) gave a token without exp and without expires_in")
        }
        return OAuthToken(
            text: text, principal: settings.clientID, expiresAt: WallClock.milliseconds + seconds * 1000)
    }

    /// The endpoint's error code is a word of RFC 6749; anything else may be a secret.
    private func refusal(_ status: Int, _ answer: JSONValue?) -> OAuthFailure {
        let code = answer?["error"]?.text ?? ""
        let isWord = !code.isEmpty && code.count <= 40 && code.allSatisfy { $0.isLowercase || $0 == "_" }
        return OAuthFailure(
            "\(settings.address.origin) answered \(status)\(isWord ? " (\(code))" : "")")
    }

    private func request() throws(OAuthFailure) -> WebRequest {
        let secret: [UInt8]
        do throws(ConfigurationError) {
            secret = SecretFile.withoutLineEnd(
                try FileBytes.read(settings.secretFile, atMost: SecretFile.largest))
        } catch {
            throw OAuthFailure(error.problems.map(\.description).joined(separator: "; "))
        }
        // Section 2.3.1: both are form-encoded first.
        let credentials = Self.encoded(Array(settings.clientID.utf8)) + ":" + Self.encoded(secret)
        var form = "grant_type=client_credentials"
        if let scope = settings.scope { form += "&scope=" + Self.encoded(Array(scope.utf8)) }
        let fields = [
            WebRequest.Field("Content-Type", "application/x-www-form-urlencoded"),
            WebRequest.Field("Accept", "application/json"),
            WebRequest.Field(
                "Authorization", "Basic " + Data(credentials.utf8).base64EncodedString()),
        ]
        return WebRequest(.post, settings.address, fields: fields, body: Array(form.utf8))
    }

    /// `application/x-www-form-urlencoded`.
    private static func encoded(_ bytes: [UInt8]) -> String {
        PercentEncoding.encode(bytes, keeping: "-._* ").replacing(" ", with: "+")
    }
}
