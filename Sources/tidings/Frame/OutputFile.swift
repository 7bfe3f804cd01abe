// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc

/// A file that a command writes once.
enum OutputFile {
    /// Writes all of it to a file that must not be there yet, readable by its owner alone, and to the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(ConfigurationError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard writeAll(bytes, to: descriptor), fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> ConfigurationError {
        ConfigurationError("cannot be written: \(String(cString: strerror(errno)))", file: path)
    }
}
