// SPDX-License-Identifier: Apache-2.0

/// The file of projects and their keys:
///
///     projects:
///       "1234":
///         keys:
///           - {id: main, secret_file: main.secret, mode: active}
///           - {id: old, secret_env: OLD_SECRET, mode: retiring, until: 2026-12-31T00:00:00Z}
///
/// A relative path starts from the file's folder. One line end behind a secret in a file is not part of it.
/// Nothing is guessed: what is missing, empty, doubled or misspelt refuses the whole file, with the line.
public struct KeysFile: Sendable {
    /// The projects in the file's order; at least one.
    public let projects: [ProjectKeys]
    /// The files that were read: the keys file first, then those of its secrets.
    public let files: [String]

    /// Reads the file and every secret it names.
    ///
    /// - Parameters:
    ///   - path: the keys file.
    ///   - environment: where `secret_env` looks.
    public static func read(
        _ path: String, environment: [String: String]
    ) throws(ConfigurationError) -> KeysFile {
        var reader = KeysFileReader(file: path, environment: environment)
        return try reader.read()
    }
}
