/// The headers of one record that belong to the ingress's receipt, as they stand; read when they are needed.
///
/// One of these serves a thread for all its records: `removeAll()`, then `add` for each header of the record.
public struct ReceiptHeaders: Sendable {
    /// The values added, one behind the other.
    private(set) var bytes: [UInt8] = []
    private(set) var values = InlineArray<6, Text?>(repeating: nil)
    /// A header of the receipt stood there twice, or without a value: no receipt of ours is written so.
    private(set) var isMalformed = false

    public init() {}

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        values = InlineArray(repeating: nil)
        isMalformed = false
    }

    /// Takes one header of the record; one that is not the receipt's is left out.
    /// - Parameter value: nil where the record's header has none.
    public mutating func add(name: RawSpan, value: RawSpan?) {
        guard let field = Field.named(name) else { return }
        guard let value, values[field.rawValue] == nil else {
            isMalformed = true
            return
        }
        let start = Int32(bytes.count)
        value.withUnsafeBytes { bytes.append(contentsOf: $0) }
        values[field.rawValue] = Text(start: start, end: Int32(bytes.count))
    }

    enum Field: Int, CaseIterable {
        case receivedAt, keyID, rule, projectID, peer, traceparent

        var name: StaticString {
            switch self {
            case .receivedAt: Receipt.Header.receivedAt
            case .keyID: Receipt.Header.keyID
            case .rule: Receipt.Header.rule
            case .projectID: Receipt.Header.projectID
            case .peer: Receipt.Header.peer
            case .traceparent: Receipt.Header.traceparent
            }
        }

        static func named(_ name: RawSpan) -> Field? {
            name.withUnsafeBytes { bytes in
                allCases.first { field in
                    let own = UnsafeRawBufferPointer(
                        start: field.name.utf8Start, count: field.name.utf8CodeUnitCount)
                    return own.elementsEqual(bytes)
                }
            }
        }
    }
}
