// SPDX-License-Identifier: Apache-2.0

/// The headers of one record that belong to the ingress's receipt or to a release, unparsed; read when
/// they are needed.
///
/// One of these serves a thread for all its records: `removeAll()`, then `add` for each header of the record.
public struct ReceiptHeaders: Sendable {
    /// The values added, one behind the other.
    private(set) var bytes: [UInt8] = []
    private(set) var values = InlineArray<13, ByteRange?>(repeating: nil)
    /// A header of the receipt is there twice, or without a value: no receipt of ours is written so.
    private var isMalformed = false
    /// The same of a header of the release.
    private(set) var isReleaseMalformed = false

    /// The most bytes of one value. Ours are far shorter; another producer's are copied to review records and
    /// dead letters, which must not grow with them.
    public static let longestValue = 1024

    public init() {
        precondition(
            Field.allCases.count == values.count, "a header of the receipt has no place for its value")
    }

    /// Makes ready for the next record.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        values = InlineArray(repeating: nil)
        isMalformed = false
        isReleaseMalformed = false
    }

    /// Takes one header of the record; one of neither the receipt nor a release is left out.
    /// - Parameter value: nil where the record's header has none.
    public mutating func add(name: RawSpan, value: RawSpan?) {
        guard let field = Field.named(name) else { return }
        guard let value, value.byteCount <= Self.longestValue, values[field.rawValue] == nil else {
            if field.isOfRelease { isReleaseMalformed = true } else { isMalformed = true }
            return
        }
        let start = Int32(bytes.count)
        value.withUnsafeBytes { bytes.append(contentsOf: $0) }
        values[field.rawValue] = ByteRange(start: start, end: Int32(bytes.count))
    }

    enum Field: Int, CaseIterable {
        case receivedAt, keyID, rule, projectID, peer, origin, traceparent
        case releasedBy, releasedAt, releaseReason, releasedFrom, releaseAccepts, redrivenAt

        var isOfRelease: Bool { rawValue >= Field.releasedBy.rawValue }

        var name: StaticString {
            switch self {
            case .receivedAt: Receipt.Header.receivedAt
            case .keyID: Receipt.Header.keyID
            case .rule: Receipt.Header.rule
            case .projectID: Receipt.Header.projectID
            case .peer: Receipt.Header.peer
            case .origin: Receipt.Header.origin
            case .traceparent: Receipt.Header.traceparent
            case .releasedBy: RecordHeader.releasedBy
            case .releasedAt: RecordHeader.releasedAt
            case .releaseReason: RecordHeader.releaseReason
            case .releasedFrom: RecordHeader.releasedFrom
            case .releaseAccepts: RecordHeader.releaseAccepts
            case .redrivenAt: RecordHeader.redrivenAt
            }
        }

        static func named(_ name: RawSpan) -> Field? {
            allCases.first { name.isEqual(to: $0.name) }
        }
    }
}

extension ReceiptHeaders {
    /// What the headers say.
    enum Content {
        /// None of our ingress's headers is there: something else wrote the record.
        case absent
        /// They are there, but no ingress of ours wrote them so.
        case malformed
        case receipt(
            receivedAt: Timestamp, keyID: ByteRange, rule: SignatureRule, projectID: Int64,
            origin: ReceiptOrigin?)
    }

    /// Reads the headers. Those that every receipt has must all be there, each in its one form; whatever else
    /// a producer put there is no receipt. `traceparent` automatically is anybody's.
    func read() -> Content {
        if isMalformed { return .malformed }
        if (0..<Field.traceparent.rawValue).allSatisfy({ values[$0] == nil }) { return .absent }
        let bytes = bytes.span
        guard
            let receivedAt = values[Field.receivedAt.rawValue], let keyID = values[Field.keyID.rawValue],
            let rule = values[Field.rule.rawValue], let projectID = values[Field.projectID.rawValue],
            let moment = Timestamp(bytes.extracting(receivedAt.range).bytes), !keyID.isEmpty,
            bytes.extracting(keyID.range).isText, let project = Digits.number(bytes, projectID),
            let matched = SignatureRule.allCases.first(where: {
                bytes.extracting(rule.range).isEqual(to: $0.name)
            })
        else { return .malformed }
        var origin: ReceiptOrigin?
        if let range = values[Field.origin.rawValue] {
            origin = ReceiptOrigin.allCases.first { bytes.extracting(range.range).isEqual(to: $0.name) }
            if origin == nil { return .malformed }
        }
        return .receipt(
            receivedAt: moment, keyID: keyID, rule: matched, projectID: project, origin: origin)
    }

    /// The record's `traceparent`, if it is one of W3C Trace Context, version 00: `00-<32 hex>-<16 hex>-<2
    /// hex>`, lower case, with no id of zeros.
    public var traceparent: RawSpan? {
        @_lifetime(borrow self)
        get {
            guard let range = traceparentRange else { return nil }
            return bytes.span.extracting(range.range).bytes
        }
    }

    var traceparentRange: ByteRange? {
        guard let range = values[Field.traceparent.rawValue] else { return nil }
        return Self.isTraceparent(bytes.span.extracting(range.range)) ? range : nil
    }

    private static func isTraceparent(_ text: Span<UInt8>) -> Bool {
        guard text.count == 55, text[0] == 0x30, text[1] == 0x30 else { return false }
        for index in 2..<55 {
            switch index {
            case 2, 35, 52: guard text[index] == UInt8(ascii: "-") else { return false }
            default:
                let digit = text[index]
                guard (0x30...0x39).contains(digit) || (0x61...0x66).contains(digit) else { return false }
            }
        }
        return (3..<35).contains { text[$0] != 0x30 } && (36..<52).contains { text[$0] != 0x30 }
    }

    /// The receipt, for tools; nil where there is none, or none of ours.
    public var receipt: Receipt? {
        guard case .receipt(let receivedAt, let keyID, let rule, let projectID, let origin) = read() else {
            return nil
        }
        let text = { (field: Field) in
            values[field.rawValue].map { String(decoding: bytes[$0.range], as: UTF8.self) }
        }
        return Receipt(
            receivedAt: receivedAt, keyID: String(decoding: bytes[keyID.range], as: UTF8.self), rule: rule,
            projectID: projectID, peer: text(.peer), origin: origin, traceparent: text(.traceparent))
    }
}

extension Span<UInt8> {
    /// Whether this is UTF-8 without control characters, fit to be published.
    var isText: Bool {
        var isASCII = true
        for index in indices {
            if self[index] < 0x20 || self[index] == 0x7f { return false }
            if self[index] >= 0x80 { isASCII = false }
        }
        if isASCII { return true }
        return withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
    }
}
