// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a command answers with. Logs and errors go to standard error.
enum StandardOutput {
    static func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Writes an answer in one of its two forms: JSON for a program, or text for a person.
    static func write(
        asJSON isJSON: Bool, _ json: @autoclosure () -> [UInt8], orText text: @autoclosure () -> String
    ) {
        write(isJSON ? json() : Array(text().utf8))
    }

    /// Writes all of it. When the reader has gone, the process ends by SIGPIPE as a filter does: quietly, and
    /// without the exit code of work that may not have been done.
    static func write(_ bytes: [UInt8]) {
        if offer(bytes) { return }
        if errno == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        exit(1)
    }

    /// Writes all of it, for a command whose exit code says what became of money: it must not end with the
    /// code of a filter.
    ///
    /// - Returns: false where it cannot be written, as after the reader has gone.
    static func offer(_ bytes: [UInt8]) -> Bool { writeAll(bytes, to: STDOUT_FILENO) }
}

/// What a person is reported when a command fails.
enum StandardError {
    static func write(_ text: String) {
        _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// False where it cannot be written; errno says why.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
