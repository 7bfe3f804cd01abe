// SPDX-License-Identifier: Apache-2.0
import Kafka
import Payments
import Worker

/// Restore.
extension ModelClient {
    mutating func hold() throws(ClientError) {
        try call(.restore, "hold") { () throws(ClientError) in
            session.lastPositions = session.positions
            session.positions.removeAll()
        }
    }

    mutating func committedOffsets(
        of partitions: [Int32]
    ) throws(ClientError) -> [CommittedPosition?] {
        try call(.restore, "committedOffsets") { () throws(ClientError) in
            for partition in partitions where broker.hasPendingOffset(partition) {
                if simulation.mistake == .offsetsReadWhileUnstable { continue }
                throw ClientError(.retry, name: "UNSTABLE_OFFSET_COMMIT", message: "\(partition)")
            }
            for partition in partitions {
                session.committedAtRestore[partition] = Int(broker.offsets[partition]?.offset ?? 0)
            }
            return partitions.map { broker.offsets[$0] }
        }
    }

    mutating func bounds(of topic: Topic, _ partition: Int32) throws(ClientError) -> Watermarks {
        try call(.restore, "bounds") { () throws(ClientError) in
            let log = broker.partition(topic, partition)
            let isWrong = simulation.mistake == .changelogReadToItsStableEndOnly && topic == .changelog
            return Watermarks(low: 0, high: Int64(isWrong ? log.lastStable : log.end))
        }
    }

    mutating func openChangelog(at offsets: [RecordPosition]) throws(ClientError) {
        try call(.restore, "openChangelog") { () throws(ClientError) in
            session.changelog.removeAll()
            for position in offsets {
                session.changelog[position.partition] = (Int(position.offset), Int(position.offset))
            }
        }
    }

    mutating func readChangelog(
        _ visit: (_ partition: Int32, _ key: RawSpan, _ value: RawSpan?) -> Void
    ) throws(ClientError) -> Int {
        simulation.interlude(session)
        if simulation.fault() != nil { throw refusal(of: .restore, "readChangelog") }
        if session.isDead { throw ClientError(.rebuild, name: "KILLED", message: "readChangelog") }
        var count = 0
        for (partition, place) in session.changelog.sorted(by: { $0.key < $1.key }) {
            let log = broker.partition(.changelog, partition)
            let isWrong = simulation.mistake == .changelogReadUncommitted
            var next = place.next
            while next < (isWrong ? log.end : log.lastStable), !simulation.isOne(in: 8) {
                var record = ModelPartition.committedRecord(log.entries[next])
                if isWrong, case .record(let uncommitted, _) = log.entries[next] { record = uncommitted }
                if let record, let key = record.key {
                    visit(partition, key.span.bytes, record.value?.span.bytes)
                    count += 1
                }
                next += 1
            }
            session.changelog[partition] = (place.start, next)
        }
        return count
    }

    mutating func changelogPosition(of partition: Int32) throws(ClientError) -> Int64? {
        guard let place = session.changelog[partition], place.next > place.start else { return nil }
        return Int64(place.next)
    }

    mutating func closeChangelog() { session.changelog.removeAll() }

    mutating func start(at offsets: [RecordPosition]) throws(ClientError) {
        try call(.restore, "start") { () throws(ClientError) in
            session.positions.removeAll()
            let open = session.isLimitedToOpen ? session.openPartitions : Set(offsets.map(\.partition))
            session.isLimitedToOpen = false
            session.openPartitions = open
            for position in offsets where open.contains(position.partition) {
                let wrong: Int? =
                    switch simulation.mistake {
                    case .startAtTheOldPosition: session.lastPositions[position.partition]
                    case .startAtTheCommittedOffset: session.committedAtRestore[position.partition]
                    default: nil
                    }
                session.positions[position.partition] = wrong ?? Int(position.offset)
            }
        }
    }

    func callbacksEnd(of partition: Int32) -> Int64? { nil }

    mutating func callbacksPosition(of partition: Int32) throws(ClientError) -> Int64? {
        try call(.restore, "callbacksPosition") { () throws(ClientError) in
            session.positions[partition].map { Int64($0) }
        }
    }
}
