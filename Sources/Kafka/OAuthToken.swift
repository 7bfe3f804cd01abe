// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
internal import Telemetry

/// A token for SASL OAUTHBEARER.
public struct OAuthToken: Sendable, Equatable {
    /// A secret: it must never be printed.
    public var text: String
    /// Whom it is about.
    public var principal: String
    /// Milliseconds since 1970, UTC.
    public var expiresAt: Int64

    public init(text: String, principal: String, expiresAt: Int64) {
        self.text = text
        self.principal = principal
        self.expiresAt = expiresAt
    }
}

/// Why there is no token. Never quotes one.
public struct OAuthFailure: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ reason: String) { description = reason }
}

/// Gives a token that has not expired. Called on a thread of librdkafka, whenever a client has none or four
/// fifths of the last one's time have passed. It may block.
public typealias OAuthTokenSource = @Sendable () throws(OAuthFailure) -> OAuthToken

extension PropertySet {
    /// Asks for tokens on a queue that `Client` serves in the background: a thread that blocks in
    /// `rd_kafka_init_transactions` serves no callback, and no connection is made before there is a token.
    func enableTokens() {
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(raw, refreshToken)
        rd_kafka_conf_enable_sasl_queue(raw, 1)
    }
}

/// `oauthbearer_token_refresh_cb`. After a failure librdkafka asks again in 10 s.
private func refreshToken(
    client: OpaquePointer?, configuration: UnsafePointer<CChar>?, opaque: UnsafeMutableRawPointer?
) {
    guard let client, let context = ClientContext.behind(opaque), let source = context.tokenSource else {
        return
    }
    var reason: String
    do throws(OAuthFailure) {
        let token = try source()
        var sentence = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_oauthbearer_set_token(
            client, token.text, token.expiresAt, token.principal, nil, 0, &sentence, sentence.count)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        reason = String(nullTerminated: sentence)
    } catch {
        reason = error.description
    }
    context.refusedConnection.withLock { $0 = "no token for SASL OAUTHBEARER: \(reason)" }
    context.log.warning(
        "no token for Kafka", next: "no connection is made without one; trying again in 10 s",
        advice: "repair the token file or the token endpoint",
        ["reason": .text(reason)])
    rd_kafka_oauthbearer_set_token_failure(client, reason)
}
