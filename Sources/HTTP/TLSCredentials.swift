// SPDX-License-Identifier: Apache-2.0
internal import CGnuTLS

/// Certificate, private key and trusted authorities in GnuTLS' form. Immutable, so that any number of
/// sessions may use them at the same time; they live as long as the last connection that began with them.
final class TLSCredentials: Sendable {
    /// GnuTLS' pointer, as a number because a pointer is not Sendable. Nothing changes what it points at.
    private let address: UInt
    /// Whether clients must show a certificate.
    let requiresClientCertificate: Bool
    /// When the server's own certificate ends, in Unix seconds.
    let notAfter: Int

    /// - Throws: where key and certificate are not PEM or do not fit.
    init(_ tls: ServerSettings.TLS) throws(HTTPError) {
        var reason: UnsafePointer<CChar>?
        let made = tls.certificate.withUnsafeBufferPointer { chain in
            tls.privateKey.withUnsafeBufferPointer { key in
                (tls.clientAuthorities ?? []).withUnsafeBufferPointer { authorities in
                    tls_credentials_make(
                        chain.baseAddress, chain.count, key.baseAddress, key.count, authorities.baseAddress,
                        authorities.count, &reason)
                }
            }
        }
        let isEmpty = tls.clientAuthorities?.isEmpty ?? false
        guard let made, !isEmpty else {
            if let made { tls_credentials_free(made) }
            let sentence = reason.map { String(cString: $0) } ?? "the file of client authorities is empty"
            throw .cannotStart("the TLS certificate, key or client authorities cannot be used: \(sentence)")
        }
        address = UInt(bitPattern: made)
        requiresClientCertificate = tls.clientAuthorities != nil
        notAfter = tls.certificate.withUnsafeBufferPointer { tls_certificate_end($0.baseAddress, $0.count) }
    }

    deinit {
        tls_credentials_free(UnsafeMutableRawPointer(bitPattern: address))
    }

    /// Lets a session use them. Before its handshake.
    func use(in session: UnsafeMutableRawPointer) {
        tls_session_use(
            session, UnsafeMutableRawPointer(bitPattern: address), requiresClientCertificate ? 1 : 0)
    }
}
