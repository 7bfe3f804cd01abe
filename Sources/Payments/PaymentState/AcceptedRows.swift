// SPDX-License-Identifier: Apache-2.0

/// Rows of the decision table that a person has accepted for a callback: where one of them fits, the rows
/// behind it decide.
struct AcceptedRows: OptionSet, Sendable {
    let rawValue: UInt8

    static let future = AcceptedRows(rawValue: 1)
    /// With the reason `limit` and without one: in both it is too old to know whether it was published.
    static let stale = AcceptedRows(rawValue: 2)
    static let undatedLimit = AcceptedRows(rawValue: 4)
    static let conflict = AcceptedRows(rawValue: 8)
}
