// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Kafka
internal import Payments
internal import Telemetry

/// Puts the receipt of a verified callback into record headers, through one buffer that is used again and
/// again.
struct ReceiptWriter: ~Copyable {
    private var scratch: [UInt8] = []

    init() {
        scratch.reserveCapacity(64)
    }

    mutating func headers(
        for match: Verification.Match, from sender: IPAddress, at receivedAt: Timestamp,
        of request: borrowing Request, trace: CallbackTrace
    ) -> RecordHeaders {
        var headers = RecordHeaders()
        scratch.removeAll(keepingCapacity: true)
        receivedAt.append(to: &scratch, .milliseconds)
        headers.add(Receipt.Header.receivedAt, scratch.span.bytes)

        var keyID = match.keyID
        keyID.withUTF8 { headers.add(Receipt.Header.keyID, UnsafeRawBufferPointer($0).bytes) }
        let rule = match.rule.name
        headers.add(
            Receipt.Header.rule,
            UnsafeRawBufferPointer(start: rule.utf8Start, count: rule.utf8CodeUnitCount).bytes)

        scratch.removeAll(keepingCapacity: true)
        Self.append(match.projectID, to: &scratch)
        headers.add(Receipt.Header.projectID, scratch.span.bytes)

        scratch.removeAll(keepingCapacity: true)
        sender.append(to: &scratch)
        headers.add(Receipt.Header.peer, scratch.span.bytes)

        scratch.removeAll(keepingCapacity: true)
        switch trace {
        case .none: break
        case .received:
            request.withField(Receipt.Header.traceparent) { value in
                value.withUnsafeBytes { scratch.append(contentsOf: $0) }
            }
        case .recorded(let context): context.append(to: &scratch)
        }
        if !scratch.isEmpty { headers.add(Receipt.Header.traceparent, scratch.span.bytes) }
        return headers
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
