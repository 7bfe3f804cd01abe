// SPDX-License-Identifier: Apache-2.0
import CCrypto

/// SHA-256 by libcrypto.
package enum SHA256 {
    // EVP_sha256() would look the algorithm up by name for each hash; one fetched beforehand needs no
    // look-up. libcrypto's method objects never change once fetched and may be shared by all threads
    // (crypto(7), "Thread safety"); this one lives as long as the process.
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// The 256 bits, the most significant first.
    package static func digest(of bytes: RawSpan) -> InlineArray<4, UInt64> {
        var digest = InlineArray<4, UInt64>(repeating: 0)
        let hashed = bytes.withUnsafeBytes { input in
            withUnsafeMutableBytes(of: &digest) { output in
                EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    nil,
                    algorithm, nil)
            }
        }
        precondition(hashed == 1, "libcrypto computes a SHA-256 of any bytes")
        for index in digest.indices { digest[index] = UInt64(bigEndian: digest[index]) }
        return digest
    }
}
