// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Reconcile
import TestSupport
import Testing

/// Events of the contract, as a reconciliation reads them.
@Suite("Status events")
struct StatusEventTests {
    private static let examples = Repository.file("schemas/examples")

    @Test("both encodings of every example read as the same event")
    func encodings() throws {
        var reader = StatusEventReader()
        var count = 0
        for folder in try FileManager.default.contentsOfDirectory(atPath: Self.examples.path) {
            let json = Self.examples.appending(path: "\(folder)/event.json")
            guard FileManager.default.fileExists(atPath: json.path) else { continue }
            let text = Array(try Data(contentsOf: json))
            let binary = Array(
                try Data(contentsOf: Self.examples.appending(path: "\(folder)/event.binpb")))
            let event = reader.read(text[...])
            let other = reader.read(binary[...])
            #expect(event == other, "\(folder)")
            if event != nil { count += 1 }
        }
        #expect(count > 20)
    }

    @Test("a purchase's event has its payment, status, date and operation")
    func purchase() throws {
        var reader = StatusEventReader()
        let file = Self.examples.appending(path: "purchase-decline/event.json")
        let read = reader.read(Array(try Data(contentsOf: file))[...])
        let event = try #require(read)
        #expect(event.projectID == 1234 && event.paymentID == "payment_47" && event.status == "decline")
        #expect(event.statusClass == .final && event.revision == 1)
        #expect(event.asOf?.seconds == 1_733_598_525)
        #expect(event.operation?.status == "decline" && event.operation?.updatedAt == event.asOf)
    }

    @Test("an event of a token or a registration is not one of a payment, and no other bytes are")
    func others() throws {
        var reader = StatusEventReader()
        for name in ["token", "recurring"] {
            let file = Self.examples.appending(path: "\(name)/event.json")
            let event = reader.read(Array(try Data(contentsOf: file))[...])
            #expect(event == nil)
        }
        for text in ["", "{", "{}", "[]", "\u{0A}\u{FF}"] {
            let event = reader.read(Array(text.utf8)[...])
            #expect(event == nil)
        }
    }
}
