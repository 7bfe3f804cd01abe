/// One partition of a topic, read once from its beginning to its end.
public protocol RecordSource {
    /// The next record, in the order of the offsets; nil at the end.
    mutating func next() throws(TopicReadError) -> LoggedRecord?
}

/// Records that are in memory already.
public struct RecordList: RecordSource {
    private var records: ArraySlice<LoggedRecord>

    public init(_ records: [LoggedRecord] = []) {
        self.records = records[...]
    }

    public mutating func next() -> LoggedRecord? { records.popFirst() }
}
