// SPDX-License-Identifier: Apache-2.0
import Payments
import Reconcile
import Testing

/// Which payments are asked about, and when.
@Suite("Waiting payments")
struct WaitingPaymentsTests {
    private static let start: Int64 = 1_733_598_525
    private static let schedule = RequestSchedule(
        after: .seconds(1800), until: .seconds(72 * 3600), interval: .seconds(1800))

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: start + seconds) }

    private static func event(
        _ payment: String, _ status: String, class statusClass: String, revision: Int = 1, second: Int64 = 0
    ) throws -> StatusEvent {
        func text(_ time: Timestamp) -> String {
            var bytes: [UInt8] = []
            time.append(to: &bytes, .seconds)
            return String(decoding: bytes, as: UTF8.self)
        }
        let time = text(at(second))
        let json = """
            {"project_id":1234,"payment":{"id":"\(payment)","status":"\(status)","status_class":"\(statusClass)",\
            "as_of":"\(time)"},"operation":{"id":1,"status":"\(status)","updated_at":"\(time)"},\
            "revision":\(revision),"received_at":"\(time)"}
            """
        var reader = StatusEventReader()
        let event = reader.read(Array(json.utf8)[...])
        return try #require(event)
    }

    private static func ids(_ payments: [WaitingPayment]) -> [String] { payments.map(\.paymentID) }

    @Test("a payment is due once its last event is old enough, and no longer once it is too old")
    func age() throws {
        var waiting = WaitingPayments(Self.schedule)
        waiting.read(try Self.event("a", "processing", class: "intermediate"))
        #expect(waiting.due(at: Self.at(1799)).isEmpty)
        #expect(Self.ids(waiting.due(at: Self.at(1800))) == ["a"])
        #expect(waiting.oldest(at: Self.at(1800)) == .seconds(1800))
        #expect(Self.ids(waiting.due(at: Self.at(72 * 3600))) == ["a"])
        #expect(waiting.due(at: Self.at(72 * 3600 + 1)).isEmpty)
        #expect(waiting.count == 0 && waiting.givenUp == 1)
    }

    @Test("a final status ends the waiting, an unknown one does not")
    func classes() throws {
        var waiting = WaitingPayments(Self.schedule)
        waiting.read(try Self.event("a", "processing", class: "intermediate"))
        waiting.read(try Self.event("a", "success", class: "final", revision: 2, second: 5))
        waiting.read(try Self.event("b", "frozen", class: "unknown"))
        waiting.read(try Self.event("c", "decline", class: "final"))
        #expect(Self.ids(waiting.due(at: Self.at(1800))) == ["b"])
        #expect(waiting.count == 1)
    }

    @Test("an event that was published again or late changes nothing")
    func late() throws {
        var waiting = WaitingPayments(Self.schedule)
        waiting.read(try Self.event("a", "processing", class: "intermediate", revision: 3, second: 60))
        waiting.read(try Self.event("a", "decline", class: "final", revision: 2, second: 30))
        #expect(Self.ids(waiting.due(at: Self.at(1860))) == ["a"])
        #expect(waiting.due(at: Self.at(1859)).isEmpty)
    }

    @Test("the gaps between requests double up to four hours, and a new event begins them again")
    func gaps() throws {
        var waiting = WaitingPayments(Self.schedule)
        waiting.read(try Self.event("a", "processing", class: "intermediate"))
        var time: Int64 = 1800
        for gap in [1800, 3600, 7200, 14_400, 14_400] as [Int64] {
            let due = waiting.due(at: Self.at(time))
            #expect(Self.ids(due) == ["a"])
            waiting.requested(try #require(due.first), at: Self.at(time))
            #expect(waiting.due(at: Self.at(time + gap - 1)).isEmpty)
            time += gap
        }
        waiting.read(
            try Self.event("a", "awaiting 3ds result", class: "intermediate", revision: 2, second: time))
        #expect(waiting.due(at: Self.at(time + 1799)).isEmpty)
        waiting.requested(try #require(waiting.due(at: Self.at(time + 1800)).first), at: Self.at(time + 1800))
        #expect(Self.ids(waiting.due(at: Self.at(time + 3600))) == ["a"])
    }

    @Test("a payment of the merchant's list is due immediately, with an event or without, and only once")
    func list() throws {
        var waiting = WaitingPayments(Self.schedule)
        for id in ["Lost", "young", "paid"] {
            waiting.list(projectID: 1234, paymentID: id, at: Self.at(10))
        }
        waiting.read(try Self.event("young", "processing", class: "intermediate", second: 9))
        waiting.read(try Self.event("PAID", "success", class: "final", second: 9))
        // The platform compares ids without regard to case.
        waiting.read(try Self.event("lost", "processing", class: "intermediate", second: 9))
        waiting.list(projectID: 1234, paymentID: "LOST", at: Self.at(11))
        let due = waiting.due(at: Self.at(10))
        #expect(Self.ids(due) == ["Lost", "young"])
        #expect(due.first?.lastEventAt == Self.at(9))
        for payment in due { waiting.requested(payment, at: Self.at(10)) }
        #expect(waiting.due(at: Self.at(1809)).isEmpty)
    }

    @Test("the one that has waited longest is first, and one that became final meanwhile is gone")
    func order() throws {
        var waiting = WaitingPayments(Self.schedule)
        waiting.read(try Self.event("b", "processing", class: "intermediate", second: 20))
        waiting.read(try Self.event("a", "processing", class: "intermediate", second: 30))
        waiting.read(try Self.event("c", "processing", class: "intermediate", second: 10))
        let due = waiting.due(at: Self.at(2000))
        #expect(Self.ids(due) == ["c", "b", "a"])
        waiting.read(try Self.event("b", "success", class: "final", revision: 2, second: 40))
        #expect(due.map { waiting.current($0) != nil } == [true, false, true])
    }
}
