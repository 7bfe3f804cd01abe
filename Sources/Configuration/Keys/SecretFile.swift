// SPDX-License-Identifier: Apache-2.0

/// A file that holds one secret.
public enum SecretFile {
    /// HMAC's key is hashed when longer than a block of 128 bytes; a larger file is not a secret.
    static let largest = 4096

    /// The secret in the file, without one line end behind it. An empty one is refused.
    public static func read(_ path: String) throws(ConfigurationError) -> Secret {
        let bytes = withoutLineEnd(try FileBytes.read(path, atMost: largest))
        guard !isBlank(bytes) else { throw ConfigurationError("the secret is empty", file: path) }
        return Secret(bytes)
    }

    /// Editors and `echo` put a line end behind the secret, and no secret ends so.
    static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        bytes.removeLast()
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }

    static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 == 0 || $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
