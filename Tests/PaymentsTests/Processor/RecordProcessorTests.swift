// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The whole treatment of one record, from its bytes to the bytes that are written.
@Suite("Check")
struct RecordProcessorTests {
    private static let received: Int64 = 1_700_000_000_500
    private static let receipt: [(String, String?)] = [
        ("tidings-received-at", "2023-11-14T22:13:20.500Z"), ("tidings-key-id", "main"),
        ("tidings-signature-rule", "natural"), ("tidings-project-id", "1234"), ("tidings-peer", "192.0.2.7"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]

    private static func body(
        status: String = "success", date: String = "2023-11-14T22:13:18+0000", extra: String = "",
        amount: Int64 = 10_000
    ) -> String {
        """
        {"project_id":1234,"payment":{"id":"Order_314","type":"purchase","status":"\(status)","method":"card",\
        "date":"\(date)","sum":{"amount":\(amount),"currency":"USD"},"description":"Two \\"teas\\"\\n"},\
        "customer":{"id":"c-1"},"operation":{"id":3157000013487,"type":"sale","status":"\(status)",\
        "date":"\(date)","created_date":"2023-11-14T22:13:10+0000","request_id":"r-1",\
        "sum_initial":{"amount":10000,"currency":"USD"},"sum_converted":{"amount":9000,"currency":"KWD"},\
        "code":"0","message":"Success","provider":{"id":6,"payment_id":"x-9","auth_code":""}}\(extra)}
        """
    }

    @Test("an ordinary callback becomes an event, its headers and a state")
    func event() throws {
        var log = ProcessedLog(settings: ProcessorSettings())
        let result = try log.send(Self.body(), headers: Self.receipt, at: Self.received)
        #expect(result.output.decision == .advance)
        #expect(result.key == "1234:order_314")
        let id = try #require(result.header("ce_id"))
        #expect(id.wholeMatch(of: /[0-9a-f]{32}-1699999998/) != nil)
        let expected = #"""
            {"id":"\#(id)","type":"payment.status.changed","project_id":1234,\#
            "payment":{"id":"Order_314","type":"purchase","method":"card","status":"success",\#
            "status_class":"final","amount":10000,"currency":"USD","exponent":2,\#
            "description":"Two \"teas\"\n","as_of":"2023-11-14T22:13:18Z"},\#
            "operation":{"id":3157000013487,"type":"sale","status":"success","status_class":"final",\#
            "request_id":"r-1","code":"0","message":"Success","created_at":"2023-11-14T22:13:10Z",\#
            "updated_at":"2023-11-14T22:13:18Z",\#
            "sum_initial":{"amount":10000,"currency":"USD","exponent":2},\#
            "sum_converted":{"amount":9000,"currency":"KWD"},"provider":{"id":"6","payment_id":"x-9"}},\#
            "customer":{"id":"c-1"},"revision":1,"occurred_at":"2023-11-14T22:13:18Z",\#
            "received_at":"2023-11-14T22:13:20.500Z",\#
            "source":{"topic":"payments.callbacks.v1","partition":0,"offset":0},\#
            "trust":{"key_id":"main","signature_rule":"natural"}}
            """#
        #expect(result.text == expected)
        #expect(result.header("ce_specversion") == "1.0")
        #expect(result.header("ce_type") == "payment.status.changed")
        #expect(result.header("ce_source") == "/tidings")
        #expect(result.header("ce_subject") == "1234:order_314")
        #expect(result.header("ce_time") == "2023-11-14T22:13:18Z")
        #expect(result.header("content-type") == "application/json")
        #expect(
            result.header("traceparent") == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(result.headers.count == 8)
        #expect(log.states["1234:order_314"] != nil)
    }

    @Test("the same log gives the same bytes again")
    func deterministic() throws {
        var one = ProcessedLog()
        var other = ProcessedLog()
        for status in ["processing", "success", "decline", "success"] {
            let date = "2023-11-14T22:1\(status.count % 10):18+0000"
            let body = Self.body(status: status, date: date)
            let first = try one.send(body, headers: Self.receipt, at: Self.received)
            let second = try other.send(body, headers: Self.receipt, at: Self.received)
            #expect(first.value == second.value)
            #expect(first.headers.map(\.value) == second.headers.map(\.value))
        }
        #expect(one.states == other.states)
    }

    @Test("without a receipt the record's time is when it was received, and nothing is said of trust")
    func withoutReceipt() throws {
        var log = ProcessedLog()
        let result = try log.send(Self.body(), at: Self.received + 1)
        #expect(result.text.contains(#""received_at":"2023-11-14T22:13:20.501Z","#))
        #expect(!result.text.contains("trust"))
    }

    @Test("a duplicate is counted and writes nothing")
    func repeated() throws {
        var log = ProcessedLog()
        _ = try log.send(Self.body(), at: Self.received)
        let result = try log.send(Self.body(), at: Self.received + 10_000)
        #expect(result.output.decision == .duplicate)
        #expect(result.output.decision.topic == nil)
        #expect(result.output.state == nil)
        #expect(result.key == "1234:order_314")
    }

    @Test("a correction reports what was published before")
    func correction() throws {
        var log = ProcessedLog()
        _ = try log.send(Self.body(), at: Self.received)
        let body = Self.body(status: "decline", date: "2023-11-14T22:14:18+0000")
        let result = try log.send(body, at: Self.received + 60_000)
        #expect(result.output.decision == .correction)
        #expect(result.text.contains(#""type":"payment.status.corrected""#))
        let previous = #"""
            "previous":{"status":"success","status_class":"final","payment_status":"success",\#
            "payment_status_class":"final","payment_sum":{"amount":10000,"currency":"USD","exponent":2},\#
            "sum_initial":{"amount":10000,"currency":"USD","exponent":2},\#
            "sum_converted":{"amount":9000,"currency":"KWD"},"updated_at":"2023-11-14T22:13:18Z"},\#
            "revision":2,
            """#
        #expect(result.text.contains(previous))
    }

    @Test("an unknown status is published as sent, and flagged")
    func unknownStatus() throws {
        var log = ProcessedLog()
        let result = try log.send(Self.body(status: "Half Done"), at: Self.received)
        #expect(result.output.hasUnknownStatus)
        #expect(result.text.contains(#""status":"Half Done","status_class":"unknown""#))
    }

    @Test("what the customer must be shown is published with what sends him on")
    func action() throws {
        var log = ProcessedLog()
        let extra = """
            ,"redirect_data":{"method":"POST","url":"https://bank.example/?a=1;b=2","encrypted":{"x":"y"},\
            "body":{"PaReq":"e\\u0000J","MD":"","items":["a","b"]}}
            """
        let result = try log.send(
            Self.body(status: "awaiting redirect result", extra: extra), at: Self.received)
        #expect(result.output.decision == .advance)
        #expect(result.text.contains(#""type":"payment.action.required""#))
        let action = #"""
            "action":{"kind":"redirect","method":"POST","url":"https://bank.example/?a=1;b=2",\#
            "body":{"MD":"","PaReq":"e\u0000J","items:0":"a","items:1":"b"},\#
            "fields":{"encrypted":"x:y"}}
            """#
        #expect(result.text.contains(action), "\(result.text)")
    }

    @Test("a conflict goes to review with its origin and its receipt, and changes nothing")
    func conflict() throws {
        var log = ProcessedLog()
        _ = try log.send(Self.body(), headers: Self.receipt, at: Self.received)
        let result = try log.send(Self.body(status: "decline"), headers: Self.receipt, at: Self.received + 1)
        #expect(result.output.decision == .conflict)
        #expect(result.output.state == nil)
        #expect(result.text == Self.body(status: "decline"))
        #expect(
            result.headers.map(\.name) == [
                "tidings-reason", "tidings-origin-topic", "tidings-origin-partition", "tidings-origin-offset",
                "tidings-origin-timestamp", "tidings-received-at", "tidings-key-id", "tidings-signature-rule",
                "tidings-project-id", "tidings-peer", "traceparent",
            ])
        #expect(result.header("tidings-reason") == "conflict")
        #expect(result.header("tidings-origin-topic") == "payments.callbacks.v1")
        #expect(result.header("tidings-origin-offset") == "1")
        #expect(result.header("tidings-origin-timestamp") == "1700000000501")
        #expect(result.header("tidings-peer") == "192.0.2.7")
    }

    @Test("an ambiguous body goes to review with the rule and the place")
    func ambiguous() throws {
        var log = ProcessedLog()
        let body = Self.body().replacing("\"c-1\"", with: "\"c;operation:status:success\"")
        let result = try log.send(body, at: Self.received)
        #expect(result.output.decision == .ambiguous)
        #expect("\(result.output.reason)" == "hidden-line")
        #expect(result.header("tidings-reason") == "ambiguous")
        #expect(result.header("tidings-rule") == "hidden-line")
        #expect(result.header("tidings-path") == "operation:status")
        #expect(result.key == "1234:order_314")
        #expect(log.states.isEmpty)
    }

    @Test("a body of no known shape goes to review")
    func unknownShape() throws {
        var log = ProcessedLog()
        let result = try log.send(#"{"project_id":1234,"news":"none"}"#, at: Self.received)
        #expect(result.output.decision == .unknownShape)
        #expect(result.header("tidings-rule") == "incomplete")
        #expect(result.key.hasPrefix("sha256:1234:"))
    }

    @Test("a record in another partition than its key's is in the wrong partition")
    func wrongPartition() throws {
        var log = ProcessedLog()
        log.partitionCount = 7
        let decisions = try (0..<7).map { partition in
            try log.send(Self.body(), partition: Int32(partition), at: Self.received).output.decision
        }
        #expect(decisions.count { $0 == .wrongPartition } == 6)
        #expect(decisions.count { $0 == .advance } == 1)
    }

    @Test("dates from the future and the distant past go to review")
    func times() throws {
        var log = ProcessedLog()
        let future = try log.send(Self.body(), at: Self.received - 3 * day * 1000)
        #expect(future.output.decision == .future)
        #expect(future.header("tidings-reason") == "future")
        let stale = try log.send(Self.body(), at: Self.received + 31 * day * 1000)
        #expect(stale.output.decision == .stale)
        #expect(stale.text == Self.body())
    }

    @Test("a damaged state decides nothing")
    func damagedMemory() throws {
        var processor = RecordProcessor(settings: ProcessorSettings(verification: .never), keys: nil)
        let body = Array(Self.body().utf8)
        let position = RecordPosition(partition: 0, offset: 0)
        #expect(throws: PaymentStateError.self) {
            _ = try processor.process(
                body: body.span.bytes, receipt: ReceiptHeaders(), position: position,
                partitionCount: 1, time: Timestamp(milliseconds: Self.received)
            ) { (_, state) throws(PaymentStateError) in
                state += [1, 2, 3]
                return true
            }
        }
    }

    @Test("in Protocol Buffers the event is other bytes under the same headers")
    func protobuf() throws {
        var json = ProcessedLog()
        var protobuf = ProcessedLog(settings: ProcessorSettings(verification: .never, encoding: .protobuf))
        let one = try json.send(Self.body(), at: Self.received)
        let other = try protobuf.send(Self.body(), at: Self.received)
        #expect(other.header("content-type") == "application/protobuf")
        #expect(other.header("ce_id") == one.header("ce_id"))
        #expect(json.states == protobuf.states)
        let value = try #require(other.value)
        #expect(value.prefix(2) == [0x0a, 43])
        #expect(value.count < (one.value?.count ?? 0))
    }
}
