// SPDX-License-Identifier: Apache-2.0

/// How much a line matters, in rising order.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// What only a reader of the code wants to know.
    case debug
    /// The ordinary life of the service: started, assigned, drained.
    case info
    /// Something a person should look at by day.
    case warning
    /// Something a person should be woken for.
    case error

    /// Its place in `allCases`.
    var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }
}
