// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One line on the terminal that says how far long work has come; nothing where standard error is no
/// terminal.
struct ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Writes the line over the one before.
    func show(_ text: String) {
        if isTerminal { StandardError.write("\r\(text)\u{1B}[K") }
    }

    /// Makes room for what is written next.
    func clear() {
        if isTerminal { StandardError.write("\r\u{1B}[K") }
    }
}
