/// Everything a worker does to a record, and the same for whoever judges the log again: what to write, where, under
/// which key, and what to remember. It reads no clock and touches nothing outside; the same record, memory and
/// settings give the same bytes.
///
/// Belongs to one thread: its buffers are used again for every record.
public struct Judge {
    /// Holds every range of the last verdict and its headers.
    public private(set) var bytes: [UInt8] = []
    /// The headers of the record that the last verdict asks for, in their order.
    public private(set) var headers: [VerdictHeader] = []
    private let settings: JudgeSettings

    public init(settings: JudgeSettings) {
        self.settings = settings
    }

    /// Judges one record.
    /// - Parameters:
    ///   - body: the record's value; nil where it has none.
    ///   - receipt: the record's headers.
    ///   - time: the record's Kafka timestamp.
    ///   - lookUp: puts the memory of a key into the array, which is given empty; false where there is none.
    /// - Throws: what `lookUp` throws, and `damaged` where what it gave was never written by us. Nothing is decided.
    public mutating func judge(
        body: RawSpan?, receipt: borrowing ReceiptHeaders, place: Place, time: Timestamp,
        memory lookUp: (_ key: RawSpan, _ memory: inout [UInt8]) throws(MemoryError) -> Bool
    ) throws(MemoryError) -> Verdict {
        bytes.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
        return Verdict(decision: .deadLetter, reason: "unwritten")
    }
}
