// SPDX-License-Identifier: Apache-2.0

/// The keys of one project, as the keys file reports them.
public struct ProjectKeys: Sendable, Equatable {
    /// The project's number at the platform.
    public let projectID: Int64
    /// At least one, in the file's order, no two with the same id or secret.
    public let keys: [Key]

    /// One key.
    public struct Key: Sendable, Equatable {
        /// What logs, metrics and receipts call it: 1 to 64 letters, digits, `.`, `_`, `-`.
        public let id: String
        /// What the platform signs with.
        public let secret: Secret
        /// What it is good for.
        public let mode: Mode
    }

    /// What a key is good for.
    public enum Mode: Sendable, Equatable {
        /// It verifies.
        case active
        /// It verifies until this moment, in milliseconds since 1970, UTC.
        case retiring(untilMilliseconds: Int64)
        /// It is tried and counted, and accepts nothing.
        case shadow
    }
}

/// Bytes that must never be printed. They are read by name, where they are used.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The secret itself, never empty.
    public let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "an empty secret would accept what anybody can sign")
        self.bytes = bytes
    }

    /// Always the same word.
    public var description: String { "(secret)" }
    /// Always the same word.
    public var debugDescription: String { description }
    /// Without children, so that `dump` and the debugger show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
