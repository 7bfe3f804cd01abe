// SPDX-License-Identifier: Apache-2.0

/// Which paths mean something, and which of them is at a place in the signed text.
///
/// A path is recognised by the *text* of a line, not by the keys of the tree: `{"payment":{"id":"a"}}`,
/// `{"payment":"id:a"}` and `{"":{"payment":{"id":"a"}}}` sign the same text, so they read the same. No path
/// of the table is the beginning of another one but for the groups, so at most one fits.
struct Schema: Sendable {
    /// What a line, or a piece of one, begins with.
    enum Place: BitwiseCopyable, Sendable {
        /// Nothing we know.
        case unread
        case field(Field)
        case container(Container)
        /// `operations:N:` and a path of an operation.
        case entry(index: ByteRange, Field)
        /// What links or requests of the merchant begin with.
        case sign(Sign)
        /// An unread path of a shape's container.
        case group(Group)
    }

    /// Members of the merchant's links and requests; `LinkRule` and `RequestRule` decide what they mean.
    enum Sign: UInt8, CaseIterable, Sendable {
        case paymentID
        case paymentAmount
        case paymentCurrency
        case mode
        case customerProjectID
        case directions

        var path: StaticString {
            switch self {
            case .paymentID: "payment_id"
            case .paymentAmount: "payment_amount"
            case .paymentCurrency: "payment_currency"
            case .mode: "mode"
            case .customerProjectID: "customer:project_id"
            case .directions: "directions"
            }
        }
    }

    static let shared = Schema()

    private static let groups: [(StaticString, Group)] = [
        ("operation", .operation), ("transaction", .transaction), ("operations", .transaction),
        ("sum_real", .transaction), ("sum_request", .transaction), ("request", .token),
    ]

    private let places: [Place]
    private let table: PathTable
    /// The paths of an operation without `operation:`.
    private let entryTable: PathTable
    private let entryFields: [Field]

    private init() {
        precondition(
            Field.allCases.count <= ScannedFields.fieldLimit, "more fields than Findings has places for")
        var rows: [(path: StaticString, place: Place)] = Field.allCases.map { ($0.path, .field($0)) }
        rows += Container.allCases.map { ($0.path, .container($0)) }
        rows += Sign.allCases.map { ($0.path, .sign($0)) }
        rows += Self.groups.map { ($0, .group($1)) }
        Self.requireDistinctBeginnings(rows.map(\.path))
        // The code 0 is a path that the table does not have.
        places = [.unread] + rows.map(\.place)
        table = PathTable(rows.map { $0.path.withUTF8Buffer { Array($0) } })
        entryFields = Field.allCases.filter(\.isOfOperation)
        entryTable = PathTable(
            entryFields.map { $0.path.withUTF8Buffer { Array($0.dropFirst("operation:".utf8.count)) } })
    }

    /// A path that begins another one would make two readings of one line. The groups are looked at last.
    private static func requireDistinctBeginnings(_ paths: [StaticString]) {
        let names = paths.dropLast(groups.count).map { "\($0):" }
        for name in names {
            let begun = names.filter { $0.hasPrefix(name) }
            precondition(begun == [name], "a path of the schema is the beginning of another")
        }
    }

    /// The field whose path the bytes are, from `start` up to `end`.
    func field(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Field? {
        // The fields are the first of the table.
        let code = table.code(of: bytes, from: start, to: end)
        return code == 0 ? nil : Field(rawValue: code - 1)
    }

    /// What is at `start`, and where its value begins.
    ///
    /// - Parameters:
    ///   - pathEnd: where the tree ends the path; a guess that is right for every ordinary line. Nil in a
    ///     piece.
    ///   - end: where the line ends.
    func place(in bytes: Span<UInt8>, from start: Int, pathEnd: Int?, to end: Int) -> (
        place: Place, value: Int
    ) {
        if let pathEnd {
            let place = places[Int(table.code(of: bytes, from: start, to: pathEnd))]
            switch place {
            case .field, .container, .sign: return (place, pathEnd + 1)
            case .unread, .group, .entry: break
            }
        }
        return search(in: bytes, from: start, to: end)
    }

    /// Tries every place where a path of the table could end.
    private func search(in bytes: Span<UInt8>, from start: Int, to end: Int) -> (place: Place, value: Int) {
        var found = (place: Place.unread, value: start)
        let last = min(end, start + PathTable.longest + 1)
        for index in start..<max(start, last) where bytes[index] == UInt8(ascii: ":") {
            let place = places[Int(table.code(of: bytes, from: start, to: index))]
            switch place {
            case .unread, .entry:
                continue
            case .field, .container, .sign:
                return (place, index + 1)
            case .group(let group):
                if group == .transaction, index - start == "operations".utf8.count,
                    let entry = entry(in: bytes, from: index + 1, to: end)
                {
                    return entry
                }
                found = (place, index + 1)
            }
        }
        return found
    }

    /// `N:path` of an operation, behind `operations:`.
    private func entry(in bytes: Span<UInt8>, from start: Int, to end: Int) -> (place: Place, value: Int)? {
        var digits = start
        while digits < end, digits - start <= 6, bytes[digits].isDigit { digits += 1 }
        guard digits > start, digits < end, bytes[digits] == UInt8(ascii: ":") else { return nil }
        let index = ByteRange(start: Int32(start), end: Int32(digits))
        let path = digits + 1
        for colon in path..<min(end, path + PathTable.longest + 1)
        where bytes[colon] == UInt8(ascii: ":") {
            let code = entryTable.code(of: bytes, from: path, to: colon)
            if code != 0 { return (.entry(index: index, entryFields[Int(code) - 1]), colon + 1) }
        }
        return nil
    }
}

extension Schema.Place {
    /// The name of the place in a reason; nil for what is not read.
    var path: String? {
        switch self {
        case .field(let field): "\(field.path)"
        case .container(let container): "\(container.path)"
        case .entry(_, let field): "operations:*" + "\(field.path)".dropFirst("operation".count)
        case .sign(let sign): "\(sign.path)"
        case .unread, .group: nil
        }
    }

    var isUnread: Bool {
        switch self {
        case .unread, .group: true
        case .field, .container, .entry, .sign: false
        }
    }

    /// Whether the value may be any text; of containers with free keys it may.
    var isFreeText: Bool {
        switch self {
        case .field(let field), .entry(_, let field): field.isFreeText
        case .container: true
        case .unread, .group, .sign: false
        }
    }
}
