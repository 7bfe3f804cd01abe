// SPDX-License-Identifier: Apache-2.0
import Glibc
import System

/// Why a tool could not do its work. What it found is not an error but its answer.
public struct AuditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for the person who called the tool.
    public let description: String

    init(_ description: String) { self.description = description }

    /// The last error of the system, behind what was tried.
    static func system(_ what: String) -> AuditError {
        AuditError("\(what): \(systemMessage(errno))")
    }
}
