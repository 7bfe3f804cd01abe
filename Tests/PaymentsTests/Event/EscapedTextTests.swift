// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The encoder copies eight bytes at a time, so an escape may be anywhere in them.
@Suite("escaped text")
struct EscapedTextTests {
    @Test(
        "a text is published as it was sent, wherever in it a character is escaped",
        arguments: ["\"", "\\", "\n", "\u{1f}", "\u{7f}", "é", "😀", " "])
    func everyPlace(character: String) throws {
        var processor = RecordProcessor(settings: ProcessorSettings(verification: .never), keys: nil)
        for length in 0..<20 {
            for place in 0...length {
                let text =
                    String(repeating: "a", count: place) + character
                    + String(repeating: "b", count: length - place) + character
                #expect(try Self.published(text, &processor) == text)
            }
        }
    }

    private static func published(_ text: String, _ processor: inout RecordProcessor) throws -> String? {
        let value = try event(
            SampleCallback.success.with("payment.description", .text(text)).body, &processor)
        var event = JSONTree()
        try event.parse(value.span.bytes)
        guard let payment = event.member("payment", of: 0),
            let description = event.member("description", of: payment)
        else { return nil }
        return event.string(event.nodes[description].value)
    }

    private static func event(_ body: [UInt8], _ processor: inout RecordProcessor) throws -> [UInt8] {
        let output = try processor.process(
            body: body.span.bytes, receipt: ReceiptHeaders(),
            position: RecordPosition(partition: 0, offset: 0), partitionCount: 1,
            time: Timestamp(milliseconds: 1_733_598_526_000)
        ) { (_, _) throws(PaymentStateError) in false }
        guard case .written(let value) = output.value else { throw NotPublished() }
        return Array(processor.bytes[value.range])
    }

    private struct NotPublished: Error {}
}
