// SPDX-License-Identifier: Apache-2.0
internal import CCrypto

/// The OpenSSL that this process runs on.
public enum CryptoVersion {
    /// Such as `3.0.17`.
    public static var text: String { String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
}
