// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A Gate purchase as the provider's page on Banks of Cambodia reports it: the customer must be sent to the
/// bank, and then the bank's result comes.
@Suite("The Gate flow")
struct GateFlowTests {
    private let now = Int64(Date().timeIntervalSince1970)

    @Test(
        "redirect_data is reported as an action with method, url and body, and the result as a change of status",
        arguments: ["success", "decline"])
    func result(status: String) throws {
        let demo = try Demo()
        let redirect = """
            "redirect_data":{"method":"GET","body":[],"encrypted":[],"url":"https://example.com/redirect"},
            """
        try demo.post(body("payment_47", 47, "awaiting redirect result", now - 60, redirect))
        try demo.post(body("payment_47", 47, status, now - 5))
        let events = try demo.events(of: "1234:payment_47", count: 2)
        #expect(events.map { $0.header("ce_type") } == ["payment.action.required", "payment.status.changed"])
        let texts = events.compactMap(\.valueText)
        #expect(
            texts[0].contains(
                #""action":{"kind":"redirect","method":"GET","url":"https://example.com/redirect"}"#))
        #expect(texts[0].contains(#""status":"awaiting redirect result","status_class":"intermediate""#))
        #expect(texts[1].contains(#""status":"\#(status)","status_class":"final""#))
        #expect(!texts[1].contains(#""action""#))
        #expect(texts.map { $0.contains(#""amount":10000,"currency":"USD""#) } == [true, true])
        demo.stop()
    }

    @Test("a form is reported member by member, and the same redirect again is not a second event")
    func form() throws {
        let demo = try Demo()
        let redirect = """
            "redirect_data":{"method":"POST","body":{"token":"a b&c","order":47},"encrypted":[],
            "url":"https://bank.example/pay?x=1"},
            """
        let waiting = body("payment_48", 48, "awaiting redirect result", now - 60, redirect)
        for _ in 0..<3 { try demo.post(waiting) }
        try demo.post(body("payment_48", 48, "success", now - 5))
        let events = try demo.events(of: "1234:payment_48", count: 2)
        let action = #""action":{"kind":"redirect","method":"POST","url":"https://bank.example/pay?x=1","#
        #expect(events[0].valueText?.contains(action + #""body":{"order":"47","token":"a b&c"}}"#) == true)
        #expect(events.compactMap { $0.header("ce_type") }.last == "payment.status.changed")
        demo.stop()
    }

    private func body(
        _ payment: String, _ operation: Int, _ status: String, _ date: Int64, _ more: String = ""
    ) -> String {
        Traffic.body(payment, operation, status, date, "r1").replacing(
            #""operation":"#, with: more + #""operation":"#)
    }
}
