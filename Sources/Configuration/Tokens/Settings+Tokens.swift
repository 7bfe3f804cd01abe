// SPDX-License-Identifier: Apache-2.0
internal import Kafka

extension Settings {
    /// Where tokens for SASL OAUTHBEARER come from; nil for another mechanism. The token's file is read once
    /// here, so that one that can never work is refused at the start.
    ///
    /// - Parameter isNeeded: whether the connection authenticates by a token.
    func tokenSource(isNeeded: Bool) throws(ConfigurationError) -> OAuthTokenSource? {
        typealias Name = KafkaSettings
        let file = self[Name.oauthTokenFile]
        let address = self[Name.oauthTokenURL]
        if file != nil, address != nil {
            throw refusal(of: Name.oauthTokenURL, "is given beside kafka.oauth_token_file: one of them")
        }
        guard isNeeded else {
            let reason = "needs sasl.mechanism=OAUTHBEARER and a SASL security.protocol"
            if file != nil { throw refusal(of: Name.oauthTokenFile, reason) }
            if address != nil { throw refusal(of: Name.oauthTokenURL, reason) }
            return nil
        }
        if let file {
            let tokens = TokenFile(path: file)
            do throws(OAuthFailure) {
                _ = try tokens.read()
            } catch {
                throw refusal(of: Name.oauthTokenFile, "cannot be used: \(error)")
            }
            return { () throws(OAuthFailure) in try tokens.read() }
        }
        guard let address else {
            throw ConfigurationError(
                "sasl.mechanism=OAUTHBEARER needs kafka.oauth_token_file or kafka.oauth_token_url")
        }
        guard let client = self[Name.oauthClientID], let secret = self[Name.oauthClientSecretFile] else {
            throw refusal(
                of: Name.oauthTokenURL, "needs kafka.oauth_client_id and kafka.oauth_client_secret_file")
        }
        let endpoint = TokenEndpoint(
            .init(
                address: address, clientID: client, secretFile: secret, scope: self[Name.oauthScope],
                authorityFile: self[Name.oauthAuthorityFile]))
        return { () throws(OAuthFailure) in try endpoint.token() }
    }
}
