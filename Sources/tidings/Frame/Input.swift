// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc
import System

/// The one file that a command may be given, or standard input.
enum Input {
    /// A descriptor that the process keeps until its end.
    static func descriptor(_ operands: [String]) throws(ConfigurationError) -> Int32 {
        guard let path = operands.first, path != "-" else { return STDIN_FILENO }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ConfigurationError("cannot be read: \(systemMessage(errno))", file: path)
        }
        return descriptor
    }

    /// All of it.
    ///
    /// - Parameter limit: bytes, beyond which something else was given by mistake.
    static func bytes(_ operands: [String], atMost limit: Int) throws(ConfigurationError) -> [UInt8] {
        try FileBytes.read(try descriptor(operands), named: operands.first, atMost: limit)
    }
}
