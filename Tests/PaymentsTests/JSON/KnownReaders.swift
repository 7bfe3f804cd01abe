// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Readers that know the layouts of earlier bodies, each compared with a new one that knows none.
struct KnownReaders {
    /// What a reading comes to, down to the offsets.
    private struct Result: Equatable {
        var outcome = ""
        var numbers: [Int32] = []
        var bytes: [[UInt8]] = []

        mutating func add(_ lines: SignedLines) {
            bytes.append(lines.bytes)
            for line in lines.lines {
                numbers += [line.path.start, line.path.end, line.value.start, line.value.end]
            }
        }

        mutating func add(_ tree: JSONTree) {
            bytes.append(tree.bytes)
            for node in tree.nodes {
                numbers += [
                    Int32(node.kind.rawValue), node.key.start, node.key.end, node.value.start, node.value.end,
                    node.next,
                ]
            }
        }
    }

    private let limits: JSONLimits
    private let ring: KeyRing
    private var verifier: SignatureVerifier
    private var reader: CallbackReader
    private var processor: RecordProcessor

    init(limits: JSONLimits, secret: [UInt8]) throws {
        self.limits = limits
        ring = try KeyRing([.init(id: 1234, keys: [SigningKey(id: "main", secret: secret)])])
        verifier = SignatureVerifier(limits: limits)
        reader = CallbackReader(limits: limits)
        processor = Self.processor(limits)
    }

    /// Whether the last body was recognised by the verifier, or read so.
    var hasKnownLayout: Bool { verifier.tree.hasKnownLayout || reader.hasKnownLayout }

    private static func processor(_ limits: JSONLimits) -> RecordProcessor {
        RecordProcessor(settings: ProcessorSettings(limits: limits, verification: .never), keys: nil)
    }

    mutating func compare(_ body: [UInt8]) throws {
        var newVerifier = SignatureVerifier(limits: limits)
        var newReader = CallbackReader(limits: limits)
        var newProcessor = Self.processor(limits)
        let isSame =
            Self.read(body, &reader, .natural) == Self.read(body, &newReader, .natural)
            && Self.read(body, &reader, .byteOrder) == Self.read(body, &newReader, .byteOrder)
            && Self.verify(body, &verifier, ring) == Self.verify(body, &newVerifier, ring)
        guard try isSame && Self.process(body, &processor) == Self.process(body, &newProcessor) else {
            Issue.record("not read as by a new reader: \(String(decoding: body, as: UTF8.self))")
            return
        }
    }

    /// The lines and what the rules say of them.
    private static func read(_ body: [UInt8], _ reader: inout CallbackReader, _ rule: SignatureRule) -> Result
    {
        var result = Result()
        switch reader.read(body.span.bytes, rule: rule, projectID: 1234) {
        case .clear(let callback):
            result.outcome = "clear \(callback.shape) \(callback.unreadLines)"
            result.bytes.append(callback.bytes)
        case .ambiguous(let reasons): result.outcome = "ambiguous \(reasons)"
        case .unknownShape(let reasons): result.outcome = "unknown shape \(reasons)"
        case .unreadable(let error): result.outcome = "unreadable \(error)"
        }
        result.add(reader.lines)
        return result
    }

    /// The tree, the signed text, and whether it verifies.
    private static func verify(_ body: [UInt8], _ verifier: inout SignatureVerifier, _ ring: KeyRing)
        -> Result
    {
        var result = Result()
        do throws(JSONError) {
            let verification = try verifier.verify(
                body.span.bytes, project: nil, keys: ring, now: Timestamp(milliseconds: 0))
            result.outcome = "\(verification)"
            switch verification {
            case .verified, .refused(.mismatch): result.add(verifier.lines)
            // No lines were made: those of the last body are still there.
            case .refused(.missingSignature), .refused(.missingProject): break
            }
        } catch {
            result.outcome = "\(error)"
        }
        result.add(verifier.tree)
        result.bytes.append(verifier.naturalText)
        return result
    }

    /// Everything that is written of the record.
    private static func process(_ body: [UInt8], _ processor: inout RecordProcessor) throws -> Result {
        let output = try processor.process(
            body: body.span.bytes, receipt: ReceiptHeaders(),
            position: RecordPosition(partition: 0, offset: 5), partitionCount: 1,
            time: Timestamp(milliseconds: 1_733_598_526_000)
        ) { (_, _) throws(PaymentStateError) in false }
        var result = Result(outcome: "\(output.decision) \(output.reason) \(output.unreadLines)")
        var ranges = [output.key] + processor.headers.map(\.value)
        if let state = output.state { ranges.append(state) }
        if case .written(let value) = output.value { ranges.append(value) }
        result.bytes = ranges.map { Array(processor.bytes[$0.range]) }
        return result
    }
}
