// SPDX-License-Identifier: Apache-2.0
import CAllocations
import Payments
import Testing

/// How often the steps that every record takes ask for state. A count, and no clock, so that a regression
/// fails on any machine.
@Suite(.enabled(if: allocations_are_counted(), "a sanitizer replaces malloc"))
struct AllocationTests {
    /// Allocations a call, once the buffers have grown to their size.
    private func allocations(calls: Int = 500, _ work: (Int) throws -> Void) rethrows -> Double {
        for call in 0..<calls { try work(call) }
        let before = allocations_of_this_thread()
        for call in calls..<2 * calls { try work(call) }
        return Double(allocations_of_this_thread() - before) / Double(calls)
    }

    /// The limit of a release build, which runs in production, or of a debug build: there nothing is
    /// specialised or inlined, spans and closures allocate too, and the limit is a third above the count.
    private func limit(release: Double, debug: Double) -> Double {
        #if DEBUG
            debug
        #else
            release
        #endif
    }

    /// The context of an `EVP_Digest` and the digest's state in it. One context for all would save one of the
    /// two and 26 ns, 0.3 % of a record.
    private static let ofHash = 2.0

    private static let bodies = (0..<1000).map { number in
        SampleCallback.success.with("payment.id", .text("payment_\(10_000 + number)"))
            .with("operation.id", .number("\(10_000 + number)")).body
    }

    private static let headers: [(name: [UInt8], value: [UInt8])] = [
        ("tidings-received-at", "2024-12-07T19:08:46.000Z"), ("tidings-key-id", "main"),
        ("tidings-signature-rule", "natural"), ("tidings-project-id", "1234"),
        ("tidings-peer", "127.0.0.1"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    @Test("an array of a thousand numbers is counted as an allocation")
    func counter() {
        var sum = 0
        let count = allocations { call in
            let numbers = [Int](repeating: call, count: 1000)
            sum += numbers.count
        }
        #expect(sum == 1_000_000)
        #expect(count >= 1)
    }

    @Test("reading an ordinary callback allocates nothing")
    func reading() throws {
        var reader = CallbackReader()
        let count = try allocations { call in
            let body = Self.bodies[call]
            guard case .clear = reader.read(body.span.bytes, rule: .natural, projectID: 1234) else {
                throw Unexpected()
            }
        }
        #expect(count <= limit(release: 0, debug: 100))
    }

    @Test("processing the first callback of a payment allocates only what one SHA-256 does")
    func firstCallbacks() throws {
        var processor = RecordProcessor(settings: ProcessorSettings(), keys: nil)
        var receipt = ReceiptHeaders()
        let count = try allocations { call in
            let output = try Self.process(call, by: &processor, &receipt, state: nil)
            guard output.decision == .advance else { throw Unexpected() }
        }
        #expect(count <= limit(release: Self.ofHash, debug: 250))
    }

    @Test("processing a duplicate allocates only what one SHA-256 does")
    func duplicates() throws {
        var processor = RecordProcessor(settings: ProcessorSettings(), keys: nil)
        var receipt = ReceiptHeaders()
        let first = try Self.process(0, by: &processor, &receipt, state: nil)
        let known = try #require(first.state).range
        let state = Array(processor.bytes[known])
        let count = try allocations { _ in
            let output = try Self.process(0, by: &processor, &receipt, state: state)
            guard output.decision == .duplicate else { throw Unexpected() }
        }
        #expect(count <= limit(release: Self.ofHash, debug: 350))
    }

    private static func process(
        _ number: Int, by processor: inout RecordProcessor, _ receipt: inout ReceiptHeaders,
        state known: [UInt8]?
    ) throws -> RecordOutput {
        receipt.removeAll()
        for header in headers {
            let (name, value) = header
            receipt.add(name: name.span.bytes, value: value.span.bytes)
        }
        let body = bodies[number]
        return try processor.process(
            body: body.span.bytes, receipt: receipt,
            position: RecordPosition(partition: 0, offset: Int64(number)), partitionCount: 1,
            time: Timestamp(milliseconds: 1_733_598_526_000)
        ) { (_, state) throws(PaymentStateError) in
            guard let known else { return false }
            state.append(contentsOf: known)
            return true
        }
    }

    private struct Unexpected: Error {}
}
