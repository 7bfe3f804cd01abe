// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// What is published is bounded before it is made, by settings and the record's own bytes alone.
@Suite("Output limits")
struct OutputLimitTests {
    private static let received: Int64 = 1_700_000_000_500

    /// A callback whose action has one key that is repeated on each of its lines.
    private static func repeated(key: String, members: Int) -> String {
        let fields = (0..<members).map { "\"m\($0)\":\"v\"" }.joined(separator: ",")
        return callback(
            status: "awaiting clarification", extra: ",\"clarification_fields\":{\"\(key)\":{\(fields)}}")
    }

    private static func callback(
        _ payment: String = "limits", id: Int = 1, status: String, extra: String = ""
    ) -> String {
        """
        {"project_id":1234,"payment":{"id":"\(payment)","type":"purchase","status":"\(status)","method":"card",\
        "sum":{"amount":10000,"currency":"USD"}},"operation":{"id":\(id),"type":"sale","status":"\(status)",\
        "date":"2023-11-14T22:13:18+0000","request_id":"r-\(id)"}\(extra)}
        """
    }

    /// The largest callback that the default limits accept, in the form that grows most: names as long as the
    /// signed text allows, nested deep, each of characters that JSON writes with six bytes.
    private static var worst: String {
        let (depth, members) = (26, 1200)
        let name = String(repeating: "\\u0001", count: 30)
        let opened = (0..<depth).map { _ in "{\"\(name)\":" }.joined()
        let leaves = (0..<members).map { "\"\($0)\":\"\\u0002\"" }.joined(separator: ",")
        let body = callback(
            status: "awaiting clarification",
            extra: ",\"clarification_fields\":\(opened){\(leaves)}\(String(repeating: "}", count: depth))")
        return body
    }

    private static func log(_ limits: OutputLimits = .standard, _ encoding: EventEncoding = .json)
        -> ProcessedLog
    {
        ProcessedLog(settings: ProcessorSettings(output: limits, verification: .never, encoding: encoding))
    }

    @Test(
        "a callback whose event would be too large goes to review, and the payment's state stays as it was",
        arguments: [
            repeated(key: String(repeating: "\\u0001", count: 1500), members: 500),
            repeated(key: String(repeating: "k", count: 1900), members: 500), worst,
        ],
        EventEncoding.allCases)
    func tooLarge(body: String, encoding: EventEncoding) throws {
        var log = Self.log(.standard, encoding)
        #expect(body.utf8.count <= 64 << 10)
        _ = try log.send(Self.callback(status: "processing"), at: Self.received)
        let before = log.states
        let result = try log.send(body, at: Self.received)
        #expect(result.output.decision == .unknownShape)
        #expect("\(result.output.reason)" == "too-large")
        #expect(result.header("tidings-reason") == "unknown-shape")
        #expect(result.header("tidings-rule") == "too-large")
        #expect(result.header("tidings-path") == "event")
        #expect(result.header("tidings-body-omitted") == nil)
        #expect(result.text == body)
        #expect(result.output.state == nil && log.states == before)
        // The payment goes on as if that callback had not come.
        let next = try log.send(Self.callback(status: "success"), at: Self.received)
        #expect(
            next.output.decision == .advance && next.text.contains("\"revision\":2") == (encoding == .json))
    }

    @Test("the position of a record takes no part in the decision", arguments: EventEncoding.allCases)
    func position(encoding: EventEncoding) throws {
        let body = Self.repeated(key: "key", members: 40)
        var whole = Self.log(.standard, encoding)
        let size = try #require(try whole.send(body, at: Self.received).value).count
        // `source` has the shortest position here, and is not counted.
        let counted = try #require(
            (1...size).first { bytes in
                var log = Self.log(OutputLimits(eventBytes: bytes), encoding)
                return (try? log.send(body, at: Self.received))?.output.decision == .advance
            })
        #expect(counted < size)
        for bytes in [counted - 1, counted] {
            var settings = ProcessorSettings(
                output: OutputLimits(eventBytes: bytes), verification: .never, encoding: encoding)
            settings.topics = TopicNames(prefix: String(repeating: "long.", count: 20))
            var processor = RecordProcessor(settings: settings, keys: nil)
            let position = RecordPosition(partition: 0, offset: .max)
            let none = { (_: RawSpan, _: inout [UInt8]) throws(PaymentStateError) -> Bool in false }
            let text = Array(body.utf8)
            let output = try processor.process(
                body: text.span.bytes, receipt: ReceiptHeaders(), position: position,
                partitionCount: 1, time: Timestamp(milliseconds: Self.received), state: none)
            #expect(output.decision == (bytes == counted ? .advance : .unknownShape))
        }
    }

    @Test("a callback that would make the payment's state too large goes to review")
    func state() throws {
        let deduplication = try DeduplicationSettings(
            operationsPerPayment: 2, fingerprintsPerOperation: 1, undatedPerPayment: 1)
        var log = ProcessedLog(
            settings: ProcessorSettings(deduplication: deduplication, verification: .never))
        // A status that this version does not know is remembered as it was spelt.
        let status = String(repeating: "s", count: 20_000)
        let result = try log.send(Self.callback(status: status), at: Self.received)
        #expect(result.output.decision == .unknownShape && result.output.state == nil)
        #expect(result.header("tidings-rule") == "too-large")
        #expect(result.header("tidings-path") == "payment-state")
        let next = try log.send(Self.callback(status: "success"), at: Self.received)
        #expect(next.output.decision == .advance)
    }

    @Test(
        "a body over the limit is left out of review records and dead letters, which say so and where it is")
    func bodyOmitted() throws {
        let limits = OutputLimits(eventBytes: 1000)
        let padding = String(repeating: "x", count: 1000)
        var log = Self.log(limits)
        let bodies = [
            (
                Self.callback(status: "success", extra: ",\"payment_amount\":1,\"note\":\"\(padding)\""),
                "tidings-reason"
            ),
            ("{\"a\":\"\(padding)\",", "tidings-stage"),
        ]
        for (body, name) in bodies {
            let result = try log.send(body, at: Self.received)
            #expect(result.header(name) != nil && result.value == nil)
            #expect(result.header("tidings-body-omitted") == "\(body.utf8.count)")
            #expect(result.header("tidings-origin-offset") != nil)
        }
        let short = try log.send("{", at: Self.received)
        #expect(short.text == "{" && short.header("tidings-body-omitted") == nil)
    }

    @Test("key and headers of every output stay within their share, whatever another producer wrote")
    func envelope() throws {
        let long = String(repeating: "h", count: ReceiptHeaders.longestValue)
        let names = [
            "tidings-received-at", "tidings-key-id", "tidings-signature-rule", "tidings-project-id",
            "tidings-peer", "tidings-origin", "traceparent",
        ]
        let payment = String(repeating: "p", count: 350)
        let hidden = (0..<40).map { ",\"z\($0)\":\";operation:id:1;payment:status:x\"" }.joined()
        let bodies = [
            Self.callback(payment, status: "success"),
            Self.callback(payment, status: "success", extra: hidden),
            Self.worst, "{", String(repeating: "{\"a\":", count: 40),
        ]
        for body in bodies {
            for receipt in [[], names.map { ($0, long) }, names.map { ($0, long + "h") }] {
                var log = Self.log()
                let result = try log.send(body, headers: receipt, at: Self.received)
                let envelope =
                    result.key.utf8.count
                    + result.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 10 }
                #expect(envelope < OutputLimits.envelopeBytes / 2)
                #expect((result.value?.count ?? 0) <= OutputLimits.standard.eventBytes + 4096)
            }
        }
    }

    @Test("a receipt value that no ingress writes is a malformed receipt and is not copied")
    func longReceipt() throws {
        var log = Self.log()
        let value = String(repeating: "h", count: 100_000)
        let result = try log.send(
            Self.callback(status: "success"), headers: [("tidings-peer", value)], at: Self.received)
        #expect(result.output.decision == .deadLetter)
        #expect(result.header("tidings-error-class") == "malformed-receipt")
        #expect(result.headers.allSatisfy { $0.value.utf8.count < 1000 })
    }
}
