// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// The table of statuses in Swift beside the data file that is published.
@Suite("Statuses")
struct StatusTests {
    private struct DataFile: Decodable {
        struct Row: Decodable {
            var code: UInt8
            var name: String
            var also_spelt: [String]?
            var payment: Side?
            var operation: Side?
        }

        struct Side: Decodable {
            var `class`: String
            var followed_by: Followers
        }

        /// `"any"`, or names.
        enum Followers: Decodable {
            case any
            case only([String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let names = try? container.decode([String].self) {
                    self = .only(names)
                } else {
                    #expect(try container.decode(String.self) == "any")
                    self = .any
                }
            }
        }

        var version: Int
        var statuses: [Row]
    }

    private static let file = Result {
        let url = Repository.root.appending(path: "schemas/statuses.json")
        return try JSONDecoder().decode(DataFile.self, from: Data(contentsOf: url))
    }

    private func payment(_ spelling: String) -> Status { Status.payment(Array(spelling.utf8).span) }

    private func operation(_ spelling: String) -> Status { Status.operation(Array(spelling.utf8).span) }

    @Test("the data file and the table hold the same statuses")
    func sameRows() throws {
        let file = try Self.file.get()
        #expect(file.version == 1)
        #expect(file.statuses.map(\.code) == Array(1...UInt8(file.statuses.count)))
        #expect(Status.tableCount == file.statuses.count)
        let codes = Dictionary(uniqueKeysWithValues: file.statuses.map { ($0.name, $0.code) })
        for row in file.statuses {
            for spelling in [row.name] + (row.also_spelt ?? []) {
                check(payment(spelling), row.payment, row, codes, Status.paymentFollowers)
                check(operation(spelling), row.operation, row, codes, Status.operationFollowers)
            }
        }
    }

    private func check(
        _ status: Status, _ side: DataFile.Side?, _ row: DataFile.Row, _ codes: [String: UInt8],
        _ followers: (UInt8) -> [UInt8]?
    ) {
        guard let side else {
            #expect(status == .unknown, "\(row.name)")
            return
        }
        #expect(status.code == row.code)
        #expect("\(status.statusClass.name)" == side.class, "\(row.name)")
        #expect(status.spelling.map { "\($0)" } == row.name)
        switch side.followed_by {
        case .any: #expect(followers(row.code) == nil, "\(row.name)")
        case .only(let names): #expect(followers(row.code) == names.compactMap { codes[$0] }, "\(row.name)")
        }
    }

    @Test(
        "spellings are folded",
        arguments: [
            ("Cancelled", "canceled"), ("INVOICE_CANCELLED", "invoice canceled"),
            ("partially paid out", "partially_paid_out"), ("Awaiting_3DS_Result", "awaiting 3ds result"),
        ])
    func folding(spelling: String, published: String) {
        #expect(payment(spelling).spelling.map { "\($0)" } == published)
    }

    @Test("the same name may be of another class for an operation")
    func classes() {
        #expect(payment("invoice sent").statusClass == .intermediate)
        #expect(operation("invoice sent").statusClass == .final)
    }

    @Test(
        "what is not in the table is unknown, however near",
        arguments: ["", "succes", "success ", "éxito", "refunded!"])
    func unknown(spelling: String) {
        #expect(payment(spelling) == .unknown)
        #expect(operation(spelling).statusClass == .unknown)
        #expect(payment(String(repeating: "a", count: 33)) == .unknown)
    }
}
