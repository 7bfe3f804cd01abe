// SPDX-License-Identifier: Apache-2.0
import Gate
import Payments
import Reconcile
import Testing

/// What is written of an answer to a status request, and what a worker reads in it.
@Suite("Callbacks of an answer")
struct AnswerCallbacksTests {
    private static let secret = Array("a secret of this test".utf8)
    private static let key = ReconcileKey(projectID: 1234, id: "main", secret: secret)
    private static let limits = AnswerCallbacks.Limits(
        json: JSONLimits(), bodyBytes: 1 << 16, dateTolerance: .seconds(2))

    private static func operation(
        _ id: Int, _ status: String, second: Int, type: String = "sale", more: String = ""
    ) -> String {
        """
        {"id":\(id),"type":"\(type)","status":"\(status)","date":"2024-12-07T19:08:\(second)+0000",\
        "created_date":"2024-12-07T19:08:00+0000","request_id":"r-\(id)",\
        "sum_initial":{"amount":10000,"currency":"USD"},"sum_converted":{"amount":10000,"currency":"USD"},\
        "code":"0","message":"Success","provider":{"id":12345,"payment_id":"p","auth_code":""}\(more)}
        """
    }

    private static func answer(_ status: String, _ operations: [String], more: String = "") throws
        -> PaymentStatus
    {
        let json = """
            {"project_id":1234,"payment":{"id":"Payment_47","type":"purchase","status":"\(status)",\
            "date":"2024-12-07T19:09:00+0000","method":"Banks Cambodia","sum":{"amount":7500,"currency":"USD"},\
            "description":"Order 47"\(more)},"customer":{"id":"c-1","phone":"855","name":"Sok"},\
            "operations":[\(operations.joined(separator: ","))]}
            """
        return try #require(PaymentStatus(try JSONValue(parsing: Array(json.utf8))))
    }

    /// A payment with these events.
    private static func payment(_ events: String...) throws -> WaitingPayment {
        var waiting = WaitingPayments(RequestSchedule())
        waiting.list(projectID: 1234, paymentID: "payment_47", at: Timestamp(seconds: 1_733_598_525))
        var reader = StatusEventReader()
        for text in events {
            let event = reader.read(Array(text.utf8)[...])
            waiting.read(try #require(event))
        }
        return try #require(waiting.due(at: Timestamp(seconds: 1_733_598_525)).first)
    }

    private static func event(_ status: String, operation: Int, second: Int) -> String {
        """
        {"project_id":1234,"payment":{"id":"payment_47","status":"\(status)","status_class":"intermediate",\
        "as_of":"2024-12-07T19:08:\(second)Z"},"operation":{"id":\(operation),"status":"\(status)",\
        "updated_at":"2024-12-07T19:08:\(second)Z"},"revision":1,"received_at":"2024-12-07T19:08:\(second)Z"}
        """
    }

    private static func make(_ answer: PaymentStatus, of payment: WaitingPayment? = nil) throws
        -> AnswerCallbacks
    {
        AnswerCallbacks(answer, of: try payment ?? self.payment(), signedBy: key, limits)
    }

    private static func text(_ callback: AnswerCallbacks.Callback) -> String {
        String(decoding: callback.body, as: UTF8.self)
    }

    @Test("one callback of the base shape for each operation, by date, signed with the project's key")
    func operations() throws {
        let found = try Self.make(
            Self.answer(
                "partially refunded",
                [
                    Self.operation(2, "success", second: 50, type: "refund"),
                    Self.operation(1, "success", second: 40),
                ]
            ))
        #expect(found.callbacks.map(\.operationID) == [1, 2] && found.unusable == 0 && found.unchanged == 0)
        for callback in found.callbacks {
            var verifier = SignatureVerifier()
            let verification = try verifier.verify(callback.body.span.bytes, secret: Self.secret)
            #expect(verification.rule == .natural)
            var reader = CallbackReader()
            guard case .clear = reader.read(callback.body.span.bytes, rule: .natural, projectID: 1234) else {
                Issue.record("\(Self.text(callback)) is not clear")
                continue
            }
        }
        let newest = Self.text(found.callbacks[1])
        #expect(newest.hasPrefix(#"{"project_id":1234,"payment":{"id":"Payment_47","type":"purchase","#))
        #expect(newest.contains(#""status":"partially refunded","date":"2024-12-07T19:09:00+0000""#))
        #expect(newest.contains(#""sum":{"amount":7500,"currency":"USD"}"#))
        #expect(newest.contains(#""customer":{"id":"c-1","phone":"855"}"#) && !newest.contains("Sok"))
        #expect(newest.contains(#""provider":{"id":12345,"payment_id":"p","auth_code":""}"#))
    }

    @Test("only the newest operation's callback has the payment's status and amount")
    func latest() throws {
        let found = try Self.make(
            Self.answer(
                "partially refunded",
                [Self.operation(1, "success", second: 40), Self.operation(2, "success", second: 50)]))
        #expect(!Self.text(found.callbacks[0]).contains("partially refunded"))
        #expect(!Self.text(found.callbacks[0]).contains("7500"))
        #expect(Self.text(found.callbacks[0]).contains(#""sum_initial":{"amount":10000,"currency":"USD"}"#))
    }

    @Test("an answer without operations becomes no callback")
    func empty() throws {
        let found = try Self.make(Self.answer("processing", []))
        #expect(found.callbacks.isEmpty && found.unusable == 0)
    }

    @Test("an operation without id, status or date, and one that is too large, are counted and not written")
    func unusable() throws {
        let good = Self.operation(1, "success", second: 40)
        let found = try Self.make(
            Self.answer(
                "success",
                [
                    good, good.replacing(#""id":1,"#, with: ""),
                    good.replacing(#""id":1,"#, with: #""id":"x","#),
                    good.replacing(#""status":"success""#, with: #""status":"""#),
                    good.replacing("+0000", with: "+0200"), "null",
                    good.replacing("Success", with: String(repeating: "long ", count: 20_000)),
                ]))
        #expect(found.callbacks.map(\.operationID) == [1] && found.unusable == 6)
    }

    @Test("an intermediate status that was published with this date is not written again")
    func unchanged() throws {
        let status = "awaiting redirect result"
        let payment = try Self.payment(Self.event(status, operation: 1, second: 40))
        let same = try Self.make(
            Self.answer(status, [Self.operation(1, "Awaiting_Redirect_Result", second: 41)]), of: payment)
        #expect(same.callbacks.isEmpty && same.unchanged == 1)
        let newer = try Self.make(Self.answer(status, [Self.operation(1, status, second: 50)]), of: payment)
        #expect(newer.callbacks.count == 1)
        let final = try Self.make(
            Self.answer("success", [Self.operation(1, "success", second: 40)]), of: payment)
        #expect(final.callbacks.count == 1)
        let other = try Self.make(
            Self.answer("processing", [Self.operation(1, status, second: 40)]), of: payment)
        #expect(other.callbacks.count == 1, "the payment's own status is news")
    }

    @Test(
        "a text of the answer that could be read as a field makes the callback ambiguous, as in any callback")
    func ambiguous() throws {
        let text = "x;operation:status:success"
        let operation = Self.operation(1, "decline", second: 40).replacing("Success", with: text)
        let found = try Self.make(Self.answer("decline", [operation]))
        let body = try #require(found.callbacks.first).body
        var reader = CallbackReader()
        guard case .ambiguous = reader.read(body.span.bytes, rule: .natural, projectID: 1234) else {
            Issue.record("the callback is not ambiguous")
            return
        }
    }

    @Test("however it is printed, a key shows no secret")
    func printed() {
        var text = "\(Self.key) \(String(reflecting: Self.key))"
        dump(Self.key, to: &text)
        #expect(!text.contains("a secret") && !text.contains("97"))
    }
}
