// SPDX-License-Identifier: Apache-2.0

/// A value beside a log message: an id, a status, a size, a decision; never a body or a secret.
public enum LogValue: Sendable, Equatable {
    /// Text of any origin. It is escaped when written and cut after ``Log/longestText`` bytes.
    case text(String)
    /// A count, a size, an offset, an id. Its unit is the last word of its key.
    case integer(Int64)
    /// Yes or no.
    case flag(Bool)

    /// An integer of any width; what does not fit Int64 is clamped.
    public static func integer(_ value: some BinaryInteger) -> LogValue {
        .integer(Int64(clamping: value))
    }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) {
        self = .text(value)
    }

    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    public init(booleanLiteral value: Bool) {
        self = .flag(value)
    }
}
