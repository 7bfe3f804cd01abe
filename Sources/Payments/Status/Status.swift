// SPDX-License-Identifier: Apache-2.0

/// Whether a status may still change automatically.
public enum StatusClass: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case intermediate
    case final
    /// Not in our table, or the table does not say: published as sent, counted, decides nothing.
    case unknown

    /// Reads ``name``.
    public init?(_ name: String) {
        guard let found = Self.allCases.first(where: { "\($0.name)" == name }) else { return nil }
        self = found
    }

    /// The name in events.
    public var name: StaticString {
        switch self {
        case .intermediate: "intermediate"
        case .final: "final"
        case .unknown: "unknown"
        }
    }
}

/// A status of a payment or of an operation by our table (`schemas/statuses.json`), whatever its spelling:
/// letter case, `_` for a space and `cancelled` for `canceled` make no difference.
///
/// The same name may be of another class for a payment than for an operation (`invoice sent`), so a status is
/// looked up as one or the other.
public struct Status: BitwiseCopyable, Sendable, Hashable {
    /// How a payment's state holds the status: 0 is one that the table does not have. Never given to
    /// another.
    public let code: UInt8
    public let statusClass: StatusClass

    public static let unknown = Status(code: 0, statusClass: .unknown)

    /// The status of a payment with this spelling.
    public static func payment(_ spelling: Span<UInt8>) -> Status {
        StatusTable.payments.status(spelt: spelling)
    }

    /// The status of an operation with this spelling.
    public static func operation(_ spelling: Span<UInt8>) -> Status {
        StatusTable.operations.status(spelt: spelling)
    }

    public var isKnown: Bool { code != 0 }

    public var isFinal: Bool { statusClass == .final }

    /// Whether the table lets nothing follow this status of an operation.
    var isClosing: Bool {
        // Not `map(\.isEmpty)`: it makes a key path each time, 1.4 % of the instructions of a record.
        guard isKnown, isFinal, let followers = Self.operationFollowers(code) else { return false }
        return followers.isEmpty
    }

    /// The one spelling that is published; nil for a status that the table does not have.
    public var spelling: StaticString? {
        isKnown ? StatusTable.rows[Int(code) - 1].name : nil
    }
}

extension Status {
    /// How many statuses the table has.
    package static var tableCount: Int { StatusTable.rows.count }

    /// The codes of what may follow a payment's status in the ordinary course; nil is anything.
    package static func paymentFollowers(_ code: UInt8) -> [UInt8]? {
        StatusTable.rows[Int(code) - 1].payment?.followers
    }

    /// The codes of what may follow an operation's status in the ordinary course; nil is anything.
    package static func operationFollowers(_ code: UInt8) -> [UInt8]? {
        StatusTable.rows[Int(code) - 1].operation?.followers
    }
}
