// SPDX-License-Identifier: Apache-2.0

/// The statuses as `schemas/statuses.json` lists them, each at the place of its code; a test holds the two
/// alike. Those that come most often are first, since a look-up tries them in this order.
enum StatusTable {
    /// What the table says of a status for a payment, or for an operation.
    struct Side {
        var statusClass: StatusClass
        /// Codes of what may come next in the ordinary course; nil is anything.
        var followers: [UInt8]?

        init(_ statusClass: StatusClass, then followers: [UInt8]? = nil) {
            self.statusClass = statusClass
            self.followers = followers
        }
    }

    struct Row {
        var code: UInt8
        var name: StaticString
        var otherSpelling: StaticString?
        var payment: Side?
        var operation: Side?

        init(
            _ code: UInt8, _ name: StaticString, or otherSpelling: StaticString? = nil, payment: Side? = nil,
            operation: Side? = nil
        ) {
            self.code = code
            self.name = name
            self.otherSpelling = otherSpelling
            self.payment = payment
            self.operation = operation
        }
    }

    static let rows: [Row] = [
        Row(
            1, "success", payment: .init(.final, then: [21, 22, 23, 24, 19]),
            operation: .init(.final, then: [])),
        Row(2, "processing", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(
            3, "decline", payment: .init(.final, then: [2, 9, 14, 1]), operation: .init(.final, then: [9, 2])),
        Row(4, "awaiting 3ds result", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(5, "awaiting redirect result", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(6, "awaiting merchant auth", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(7, "awaiting customer action", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(8, "awaiting clarification", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(9, "awaiting customer", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(10, "awaiting capture", payment: .init(.intermediate)),
        Row(11, "awaiting confirmation", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(12, "awaiting payment", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(13, "invoice sent", payment: .init(.intermediate), operation: .init(.final, then: [])),
        Row(14, "awaiting retry", payment: .init(.intermediate)),
        Row(15, "error", payment: .init(.final), operation: .init(.final)),
        Row(16, "canceled", or: "cancelled", payment: .init(.final, then: [])),
        Row(17, "expired", payment: .init(.final, then: [1, 3]), operation: .init(.final, then: [])),
        Row(
            18, "invoice canceled", or: "invoice cancelled", payment: .init(.final, then: []),
            operation: .init(.final, then: [])),
        Row(19, "partially paid", payment: .init(.final, then: [2, 1, 3, 21, 22, 23, 24, 17, 16])),
        Row(20, "partially_paid_out", payment: .init(.final, then: [2, 1, 3])),
        Row(21, "partially refunded", payment: .init(.final, then: [22, 1, 23, 24])),
        Row(22, "refunded", payment: .init(.final, then: [21, 1])),
        Row(23, "partially reversed", payment: .init(.final, then: [24, 21, 22, 1])),
        Row(24, "reversed", payment: .init(.final, then: [1])),
        Row(25, "external processing", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(26, "scheduled recurring processing", payment: .init(.intermediate)),
        Row(27, "awaiting approval", payment: .init(.intermediate), operation: .init(.intermediate)),
        Row(28, "awaiting clarify data", payment: .init(.intermediate)),
        Row(29, "awaiting clearing", payment: .init(.intermediate)),
        Row(30, "awaiting partially clearing", payment: .init(.intermediate)),
        Row(31, "clearing processing", payment: .init(.intermediate)),
        Row(32, "internal error", payment: .init(.final), operation: .init(.final)),
        Row(33, "external error", payment: .init(.final), operation: .init(.final)),
        Row(34, "decline renewal", payment: .init(.unknown)),
        Row(35, "initial", payment: .init(.unknown)),
        Row(36, "awaiting finalization", operation: .init(.intermediate)),
        Row(37, "unknown", operation: .init(.unknown)),
    ]

    static let payments = LookUp { $0.payment?.statusClass }
    static let operations = LookUp { $0.operation?.statusClass }

    /// The rows that concern payments, or operations, as a look-up wants them.
    struct LookUp: Sendable {
        private var names: [FoldedName] = []
        private var statuses: [Status] = []

        fileprivate init(_ statusClass: (Row) -> StatusClass?) {
            for row in rows {
                guard let found = statusClass(row) else { continue }
                for spelling in [row.name, row.otherSpelling] {
                    guard let name = spelling.flatMap(Self.folded) else { continue }
                    names.append(name)
                    statuses.append(Status(code: row.code, statusClass: found))
                }
            }
        }

        func status(spelt spelling: Span<UInt8>) -> Status {
            guard let name = FoldedName(spelling) else { return .unknown }
            for index in names.indices where names[index] == name {
                return statuses[index]
            }
            return .unknown
        }

        /// The status with this code, as a payment state holds it; unknown where the table has none here.
        func status(code: UInt8) -> Status {
            statuses.first { $0.code == code } ?? .unknown
        }

        private static func folded(_ name: StaticString) -> FoldedName? {
            name.withUTF8Buffer { FoldedName($0.span) }
        }
    }
}
