// SPDX-License-Identifier: Apache-2.0
import Payments

/// The next records of one output topic. They are in the order of the callbacks they come from; where they
/// do not, this looks a little ahead, so that one wrong record does not make all behind it look wrong.
///
/// A class so that the proof can pick the window of a topic; it has one owner.
final class TopicWindow<Source: RecordSource> {
    struct Entry {
        var record: LoggedRecord
        /// The callback's offset; nil where the record names none of this partition.
        var origin: Int64?

        /// Whether its place says nothing: a replay published it.
        var isReplayed: Bool { record.isReplayed && origin != nil }
    }

    /// What `take` came to.
    struct Taken {
        /// Records in front of the one asked for that no callback explains.
        var unexplained: [Entry] = []
        var entry: Entry?
        /// The record was behind one of a later callback.
        var isOutOfOrder = false
    }

    /// How far ahead is looked.
    private static var reach: Int { 64 }

    let topic: Topic
    private var source: Source
    private var reader: OriginReader
    /// Those before `start` were taken.
    private var entries: [(record: LoggedRecord, origin: Int64?, isRead: Bool)] = []
    private var start = 0
    private var isAtEnd = false
    /// The records read so far that resolve an item: no callback leads to these.
    private(set) var resolutions: [ResolutionLedger.Resolved] = []
    private var passed: [Entry] = []

    init(_ topic: Topic, _ source: Source, _ reader: OriginReader) {
        self.topic = topic
        self.source = source
        self.reader = reader
    }

    /// Takes the next record if it is the one that is due, without asking where it comes from: the ordinary
    /// case.
    func takeNext(
        from callback: Int64, if isDue: (borrowing LoggedRecord) -> Bool
    ) throws(TopicReadError) -> LoggedRecord? {
        try passReplayed(before: callback)
        guard try reaches(start), isDue(entries[start].record) else { return nil }
        defer { advance() }
        return entries[start].record
    }

    /// Passes over what came from callbacks before the range.
    func skip(before callback: Int64) throws(TopicReadError) {
        while try reaches(start), origin(at: start).map({ $0 < callback }) ?? true { advance() }
    }

    /// The callback that the next record comes from; nil where there is none, or it names none.
    ///
    /// - Parameter callback: the one whose turn it is.
    func nextOrigin(at callback: Int64) throws(TopicReadError) -> Int64? {
        try passReplayed(before: callback)
        guard try reaches(start) else { return nil }
        return origin(at: start)
    }

    /// Takes the record of a callback, and all before it that no callback explains.
    func take(from callback: Int64) throws(TopicReadError) -> Taken {
        var taken = Taken()
        while try reaches(start) {
            let origin = origin(at: start)
            guard origin.map({ $0 < callback }) ?? true else { break }
            let entry = Entry(record: entries[start].record, origin: origin)
            if entry.isReplayed { passed.append(entry) } else { taken.unexplained.append(entry) }
            advance()
        }
        var index = start
        while index - start < Self.reach, try reaches(index), origin(at: index) != callback { index += 1 }
        guard index - start < Self.reach, try reaches(index) else { return taken }
        taken.entry = Entry(record: entries[index].record, origin: callback)
        entries.remove(at: index)
        guard index > start else {
            start = index
            return taken
        }
        if taken.entry?.isReplayed == true { return taken }
        try sortOut(before: index, &taken)
        return taken
    }

    /// Takes the next record, whatever it comes from; nil at the end.
    func takeNext() throws(TopicReadError) -> Entry? {
        guard try reaches(start) else { return nil }
        defer { advance() }
        return Entry(record: entries[start].record, origin: origin(at: start))
    }

    /// Takes all records in front that come from callbacks before this one, or name none.
    func takeAll(before callback: Int64) throws(TopicReadError) -> [Entry] {
        var entries: [Entry] = []
        while try reaches(start), origin(at: start).map({ $0 < callback }) ?? true {
            entries.append(Entry(record: self.entries[start].record, origin: origin(at: start)))
            advance()
        }
        return entries
    }

    /// Asks the source again after it had come to its end: it has more by now.
    func resume() { isAtEnd = false }

    /// Takes the records of a replay that were passed: they come from callbacks before. Whether they were
    /// found for those is for the owner to say.
    func takePassed() -> [Entry] {
        defer { passed.removeAll() }
        return passed
    }

    private func passReplayed(before callback: Int64) throws(TopicReadError) {
        while try reaches(start), entries[start].record.isReplayed, let origin = origin(at: start),
            origin < callback
        {
            passed.append(Entry(record: entries[start].record, origin: origin))
            advance()
        }
    }

    /// A record was found behind others of later callbacks. If what follows it continues from it, the others
    /// are out of place: nothing before them is left to explain them. Otherwise it is.
    private func sortOut(before index: Int, _ taken: inout Taken) throws(TopicReadError) {
        let following = try reaches(index) ? origin(at: index) : nil
        var place = start
        var end = index
        while place < end {
            let origin = origin(at: place)
            if let following, let origin, origin <= following {
                place += 1
            } else if following == nil, origin != nil {
                place += 1
            } else {
                taken.unexplained.append(Entry(record: entries[place].record, origin: origin))
                entries.remove(at: place)
                end -= 1
            }
        }
        taken.isOutOfOrder = end > start
    }

    private func advance() {
        start += 1
        if start >= Self.reach {
            entries.removeFirst(start)
            start = 0
        }
    }

    /// Whether there is a record at `index`; reads on as far as that.
    private func reaches(_ index: Int) throws(TopicReadError) -> Bool {
        while index >= entries.count, !isAtEnd {
            guard let record = try source.next() else {
                isAtEnd = true
                break
            }
            if topic != .status, let found = Resolution(record) {
                resolutions.append(.init(resolution: found, topic: topic, offset: record.offset))
                continue
            }
            entries.append((record, nil, false))
        }
        return index < entries.count
    }

    private func origin(at index: Int) -> Int64? {
        if !entries[index].isRead {
            entries[index].origin = reader.offset(of: entries[index].record, topic)
            entries[index].isRead = true
        }
        return entries[index].origin
    }
}
