// SPDX-License-Identifier: Apache-2.0
import Payments

/// The records of one output topic that `tidings replay` published.
///
/// They are behind records of later callbacks, anywhere up to the topic's end. So they are looked up by the
/// callback they come from. The topic is searched for them when the first record is missing in its place;
/// 24 bytes of each are held.
struct ReplayedRecords<Source: RecordSource> {
    private struct Place {
        var origin: Int64
        var offset: Int64
        var isTaken = false
    }

    /// How far is read on before the topic is opened again.
    private static var reach: Int64 { 20_000 }

    private let topic: Topic
    private let open: ProofOutputs<Source>.Reopening?
    private var reader: OriginReader
    /// By origin, then offset; nil before the topic was searched.
    private var places: [Place]?
    private var source: Source?
    /// The offset behind the last record that the source gave.
    private var next: Int64 = 0

    init(_ topic: Topic, _ reader: OriginReader, _ open: ProofOutputs<Source>.Reopening?) {
        self.topic = topic
        self.reader = reader
        self.open = open
    }

    /// Whether the topic was searched.
    var isSearched: Bool { places != nil }

    /// Whether there is a record of a callback.
    mutating func contains(_ callback: Int64) throws(TopicReadError) -> Bool {
        try search()
        return index(of: callback) != nil
    }

    /// Takes the first record of a callback that was not taken.
    mutating func take(from callback: Int64) throws(TopicReadError) -> LoggedRecord? {
        try search()
        guard let index = index(of: callback), let offset = places?[index].offset else { return nil }
        places?[index].isTaken = true
        return try record(at: offset)
    }

    /// Whether the record at an offset was taken.
    func isTaken(_ callback: Int64, at offset: Int64) -> Bool {
        guard let places else { return false }
        return places[indices(of: callback, in: places)].first { $0.offset == offset }?.isTaken ?? false
    }

    private mutating func search() throws(TopicReadError) {
        guard places == nil, let open else { return }
        var found: [Place] = []
        var source = try open(topic, nil)
        while let record = try source.next() {
            guard record.isReplayed, let origin = reader.offset(of: record, topic) else { continue }
            found.append(Place(origin: origin, offset: record.offset))
        }
        found.sort { ($0.origin, $0.offset) < ($1.origin, $1.offset) }
        places = found
    }

    private func index(of callback: Int64) -> Int? {
        guard let places else { return nil }
        return indices(of: callback, in: places).first { !places[$0].isTaken }
    }

    private func indices(of callback: Int64, in places: [Place]) -> Range<Int> {
        places[firstIndex(of: callback, in: places)...].prefix { $0.origin == callback }.indices
    }

    private func firstIndex(of callback: Int64, in places: [Place]) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].origin < callback { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func record(at offset: Int64) throws(TopicReadError) -> LoggedRecord? {
        if source == nil || offset < next || offset - next > Self.reach {
            source = try open?(topic, offset)
        }
        while let record = try source?.next() {
            next = record.offset + 1
            if record.offset == offset { return record }
        }
        source = nil
        return nil
    }
}

extension LoggedRecord {
    /// Whether `tidings replay` published it.
    package var isReplayed: Bool { headers.last.map { isNamed($0, RecordHeader.replayed) } ?? false }
}
