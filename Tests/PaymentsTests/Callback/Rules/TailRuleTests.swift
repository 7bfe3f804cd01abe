// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Tail rule")
struct TailRuleTests {
    private let base = SampleCallback.success

    @Test(
        "a tail that could be a member between this line and the next is named",
        arguments: [
            ("payment.description", "Order;payment:extra:x", "payment:description"),
            ("payment.description", "Order;a;payment:extra:x:y", "payment:description"),
            ("payment.description", "Order;payment:di:x", "payment:description"),
            ("customer.id", "c1;customer:name:x", "customer:id"), ("customer.id", "c1;name:x", "customer:id"),
            ("operation.message", "Declined;operation:note:x", "operation:message"),
            ("operation.message", "Declined;operation:n:x;see", "operation:message"),
            ("operation.provider.payment_id", "5;operation:q:x", "operation:provider:payment_id"),
        ])
    func between(path: String, value: String, name: String) {
        #expect(SampleCallback.read(base.with(path, .text(value))).reasons == ["tail \(name)"])
    }

    @Test("names of letters beyond ASCII count as names")
    func letters() {
        let body = SampleCallback.redirect.with("redirect_data.url", "https://x.example/;ключ:1")
        #expect(SampleCallback.read(body).reasons == ["tail redirect_data"])
    }

    @Test("behind the last line everything that sorts later counts")
    func last() {
        let body = SampleCallback.redirect.with("redirect_data.url", "https://x.example/;tab:1")
        #expect(SampleCallback.read(body).reasons == ["tail redirect_data"])
        let earlier = SampleCallback.redirect.with("redirect_data.url", "https://x.example/;lab:1")
        #expect(SampleCallback.read(earlier).reasons == [])
    }

    @Test("what is not reported is not looked at")
    func unpublished() {
        let action = SampleCallback.redirect.with("redirect_data.url", "https://x.example/;tab:1")
            .with("operation.status", "success")
        #expect(SampleCallback.read(action).reasons == [])
        #expect(SampleCallback.read(base.with("account", ["holder": "x;b:1"])).reasons == [])
    }

    @Test(
        "a semicolon in one of the platform's own words is not prose",
        arguments: [
            "payment.status", "payment.type", "operation.status", "operation.type", "operation.code",
            "operation.request_id", "operation.created_date",
        ])
    func closedWords(path: String) {
        let reading = SampleCallback.read(base.with(path, "success; yes"))
        #expect(reading.reasons == ["tail \(path.replacing(".", with: ":"))"])
    }

    @Test(
        "prose, addresses and tails that sort elsewhere are fine",
        arguments: [
            "Declined; insufficient funds", "Declined;insufficient funds: call", "Declined;see:faq", "a;b;c",
            "a;",
            ";", "x;: y", "x; operation:n:1", "x;operation n:1", "x;operation:z:1", "x;operation:m:1",
            "x;a/b:1",
            "https://x.example/?a=1;b=2:3", "x;operation::n:1",
        ])
    func prose(value: String) {
        #expect(SampleCallback.read(base.with("operation.message", .text(value))).reasons == [])
    }
}
