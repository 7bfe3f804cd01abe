// SPDX-License-Identifier: Apache-2.0
internal import System

/// Why the local state cannot be used. None of these loses anything: the changelog holds the same payment
/// states.
public enum StateError: Error, Equatable, Sendable {
    /// The file system has no room for the store to grow (ENOSPC, EDQUOT).
    case full(path: String)
    /// The directory or a file in it cannot be created, read or written; `code` is errno.
    case unusable(path: String, code: Int32)
    /// Another thread or process holds this partition's store open.
    case inUse(path: String)
    /// The file's content cannot be what was written; the store must be rebuilt.
    case damaged(String)
    /// LMDB refused a call for a separate reason; `code` is LMDB's or errno.
    case refused(call: String, code: Int32)
}

extension StateError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .full(let path): "no space left for the state under \(path)"
        case .unusable(let path, let code): "the state at \(path) cannot be used: \(systemMessage(code))"
        case .inUse(let path): "the state at \(path) is held by another worker"
        case .damaged(let what): "the state is damaged: \(what)"
        case .refused(let call, let code): "\(call) failed: \(Environment.message(code))"
        }
    }
}
