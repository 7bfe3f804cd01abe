// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The rows of the table of decisions, one by one, at their borders.
@Suite("Decision table")
struct DecisionTableTests {
    private let start: Int64 = 1_700_000_000
    private let success = CallbackDraft(date: 1_700_000_000)
    private let processing = CallbackDraft(
        paymentStatus: "processing", status: "processing", date: 1_700_000_000)

    @Test("the first callback of an operation advances")
    func first() throws {
        var log = PaymentLog()
        #expect(try log.send(success) == .advance)
        #expect(log.reported.map(\.revision) == [1])
    }

    @Test("a date more than a day after the record is future, a day is not")
    func future() throws {
        var log = PaymentLog()
        #expect(try log.send(success, at: start - day - 1) == .future)
        #expect(try log.send(success, at: start - day) == .advance)
    }

    @Test("a date more than thirty days before the record is stale where the operation is not known")
    func stale() throws {
        var log = PaymentLog()
        #expect(try log.send(success, at: start + 30 * day + 1) == .stale)
        #expect(log.bytes == nil)
        #expect(try log.send(success, at: start + 30 * day) == .advance)
        #expect(try log.send(success, at: start + 34 * day) == .duplicate)
    }

    @Test("an exact redelivery is a duplicate and writes nothing")
    func exactCopy() throws {
        var log = PaymentLog()
        try log.send(success)
        let bytes = log.bytes
        #expect(try log.send(success, at: start + 600) == .duplicate)
        #expect(log.bytes == bytes)
        #expect(log.writes == 1)
    }

    @Test("a redelivery whose date moved is a duplicate, and its newer date is kept")
    func movedCopy() throws {
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(success.with { $0.date += 1 }, at: start + 600) == .duplicate)
        #expect(log.writes == 2)
        #expect(try log.read().operations[0].newest == Timestamp(seconds: start + 1))
        #expect(try log.send(success, at: start + 700) == .duplicate)
        #expect(log.writes == 2)
    }

    @Test("the latest's content is a duplicate at any date")
    func latestAtAnyDate() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(processing.with { $0.date += 5000 }) == .duplicate)
        #expect(try log.send(processing.with { $0.date -= 5000 }, at: start) == .duplicate)
    }

    @Test("the same final under another request id and code is a duplicate")
    func sameFinal() throws {
        var log = PaymentLog()
        try log.send(success)
        let again = success.with {
            $0.request = "r2"
            $0.code = "20000"
            $0.date += 60
        }
        #expect(try log.send(again) == .duplicate)
        #expect(try log.read().operations[0].newest == Timestamp(seconds: start + 60))
        #expect(try log.send(again) == .duplicate)
        #expect(try log.send(processing.with { $0.date += 30 }) == .late)
    }

    @Test("within two seconds of its date an earlier status is a duplicate; three seconds make it a return")
    func returnToAnEarlierStatus() throws {
        let awaiting = processing.with {
            $0.status = "awaiting 3ds result"
            $0.date += 1
        }
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(awaiting) == .advance)
        #expect(try log.send(processing.with { $0.date += 2 }) == .duplicate)
        var other = PaymentLog()
        try other.send(processing)
        try other.send(awaiting)
        #expect(try other.send(processing.with { $0.date += 3 }) == .advance)
        #expect(other.reported.map(\.draft.status) == ["processing", "awaiting 3ds result", "processing"])
    }

    @Test("what is older than the newest is late")
    func late() throws {
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(processing.with { $0.date -= 1 }, at: start + 9) == .late)
        #expect(log.writes == 1)
    }

    @Test("an intermediate of a final's own date is late, a final of an intermediate's own date advances")
    func sameDate() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(success) == .advance)
        #expect(try log.send(processing) == .duplicate)
        var other = PaymentLog()
        try other.send(success)
        #expect(try other.send(processing) == .late)
    }

    @Test("intermediates of one date are published in the order of their arrival")
    func orderOfArrival() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(processing.with { $0.status = "awaiting redirect result" }) == .advance)
        #expect(try log.send(processing) == .duplicate)
    }

    @Test("another final and other money are corrections, an intermediate after a closing status is late")
    func corrections() throws {
        var log = PaymentLog()
        try log.send(success)
        #expect(
            try log.send(
                success.with {
                    $0.status = "decline"; $0.date += 60
                }) == .correction)
        #expect(try log.send(success.with { $0.date += 120 }) == .correction)
        #expect(
            try log.send(
                success.with {
                    $0.initial = (9_000, "USD"); $0.date += 180
                }) == .correction)
        #expect(
            try log.send(
                success.with {
                    $0.initial = (9_000, "EUR"); $0.date += 240
                }) == .correction)
        #expect(try log.send(processing.with { $0.date += 300 }) == .late)
        #expect(log.reported.map(\.revision) == [1, 2, 3, 4, 5])
    }

    @Test("the same final under a new payment status advances")
    func newPaymentStatus() throws {
        var log = PaymentLog()
        try log.send(success.with { $0.paymentStatus = "processing" })
        #expect(try log.send(success.with { $0.date += 60 }) == .advance)
    }

    @Test("another final of the final's own date is a conflict")
    func twoFinalsOfOneDate() throws {
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(success.with { $0.status = "decline" }) == .conflict)
        #expect(log.writes == 1)
    }

    @Test("other money under the same request id, statuses and date is a conflict")
    func otherMoney() throws {
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(success.with { $0.initial = (1, "USD") }) == .conflict)
        var other = PaymentLog()
        try other.send(processing)
        #expect(try other.send(processing.with { $0.converted = (1, "USD") }) == .conflict)
        #expect(
            try other.send(
                processing.with {
                    $0.converted = (1, "USD"); $0.request = "r2"
                }) == .advance)
    }

    @Test("a final known within two seconds that is not the latest is a conflict")
    func returningFinal() throws {
        let decline = success.with { $0.status = "decline" }
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(decline.with { $0.date += 1 }) == .correction)
        #expect(try log.send(success.with { $0.date += 1 }) == .conflict)
        #expect(try log.send(success.with { $0.date += 2 }) == .conflict)
        #expect(try log.send(success) == .duplicate)
        #expect(try log.send(success.with { $0.date += 3 }) == .correction)
    }

    @Test("a missing sum contradicts nothing and erases nothing")
    func missingSum() throws {
        var log = PaymentLog()
        try log.send(success)
        let without = success.with {
            $0.paymentSum = nil; $0.request = "r2"; $0.date += 60
        }
        #expect(try log.send(without) == .duplicate)
        #expect(
            try log.send(
                without.with {
                    $0.paymentStatus = "partially refunded"; $0.date += 60
                }) == .advance)
        #expect(log.reported.last?.paymentAmount == 10_000)
        #expect(log.reported.last?.paymentStatus == "partially refunded")
    }

    @Test("an unknown status is published, and treated as neither intermediate nor final")
    func unknownStatus() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(
            try log.send(
                processing.with {
                    $0.status = "Half Done"; $0.date += 60
                }) == .advance)
        #expect(
            try log.send(
                processing.with {
                    $0.status = "half_done"; $0.date += 60
                }) == .duplicate)
        #expect(try log.send(success.with { $0.date += 120 }) == .advance)
        #expect(
            try log.send(
                processing.with {
                    $0.status = "half done"; $0.date += 180
                }) == .correction)
    }

    @Test("spellings of one status are one status")
    func spellings() throws {
        var log = PaymentLog()
        try log.send(success.with { $0.paymentStatus = "canceled" })
        #expect(try log.send(success.with { $0.paymentStatus = "Cancelled" }) == .duplicate)
        #expect(log.reported.last?.paymentStatus == "canceled")
    }

    @Test("a callback without a date is published once in four hundred days")
    func undated() throws {
        let refused = CallbackDraft(
            shape: .errors, paymentStatus: "error",
            errors: [("0:code", "2004"), ("0:message", "No such method")])
        var log = PaymentLog()
        #expect(try log.send(refused, at: start) == .advance)
        #expect(try log.send(refused, at: start + 300 * day) == .duplicate)
        #expect(try log.send(refused.with { $0.errors[0].1 = "2005" }, at: start + 300 * day) == .advance)
        #expect(try log.send(refused, at: start + 400 * day - 1) == .duplicate)
        #expect(try log.send(refused, at: start + 400 * day) == .advance)
        #expect(log.reported.map(\.revision) == [1, 2, 3])
    }

    @Test("record times at the ends of Int64 do not trap")
    func extremeTimes() throws {
        for time in [Int64.min / 1000, -1, 0, Int64.max / 1000] {
            var log = PaymentLog()
            #expect([.future, .stale].contains(try log.send(success, at: time)))
        }
    }
}
