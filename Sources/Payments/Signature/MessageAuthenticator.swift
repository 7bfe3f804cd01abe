// SPDX-License-Identifier: Apache-2.0
internal import CCrypto

/// The 64 bytes of an HMAC-SHA512.
typealias AuthenticationCode = InlineArray<64, UInt8>

/// HMAC-SHA512 with one secret, through libcrypto.
///
/// The context is keyed once and restarted for every text: 1.8 µs for 1,200 bytes; keying it each time costs
/// 3.0. Confined to one thread. libcrypto fails only without memory or without its default provider, and then
/// no callback could be verified: a precondition, which every process meets that made its first one.
final class MessageAuthenticator {
    private let context: OpaquePointer

    init(secret: [UInt8]) {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("libcrypto has no HMAC: its default provider is missing")
        }
        defer { EVP_MAC_free(algorithm) }
        guard let context = EVP_MAC_CTX_new(algorithm) else {
            preconditionFailure("libcrypto has no memory for a context")
        }
        self.context = context
        key(with: secret)
    }

    deinit {
        // Clears the keyed state too.
        EVP_MAC_CTX_free(context)
    }

    /// Replaces the secret; the new one must not be empty.
    func key(with secret: [UInt8]) {
        precondition(!secret.isEmpty, "an empty secret would let everybody sign")
        var digest = Array("SHA512\0".utf8CString)
        let isKeyed = digest.withUnsafeMutableBufferPointer { digest in
            var parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(context, secret, secret.count, &parameters)
        }
        precondition(isKeyed == 1, "libcrypto has no SHA-512: its default provider is missing")
    }

    /// The code of a text, to sign with. To verify use `matches`, which compares in constant time.
    func authenticationCode(of text: Span<UInt8>) -> AuthenticationCode {
        var code = AuthenticationCode(repeating: 0)
        var length = 0
        // "EVP_MAC_init() … if key is NULL … the context is reinitialised with the key set before"
        // (EVP_MAC(3), since OpenSSL 3.0).
        let isDone = text.withUnsafeBufferPointer { text in
            EVP_MAC_init(context, nil, 0, nil) == 1
                && EVP_MAC_update(context, text.baseAddress, text.count) == 1
        }
        var output = code.mutableSpan
        let isFinal = output.withUnsafeMutableBufferPointer { output in
            EVP_MAC_final(context, output.baseAddress, &length, output.count) == 1
        }
        precondition(
            isDone && isFinal && length == 64, "libcrypto failed to compute an HMAC it has a context for")
        return code
    }

    /// Whether `candidate` is the code of this text, in time that does not depend on how much of it is.
    func matches(_ text: Span<UInt8>, _ candidate: AuthenticationCode) -> Bool {
        let code = authenticationCode(of: text)
        return code.span.withUnsafeBufferPointer { one in
            candidate.span.withUnsafeBufferPointer { other in
                CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
            }
        }
    }
}
