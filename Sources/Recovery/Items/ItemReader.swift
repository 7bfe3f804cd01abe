// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Kafka
public import Payments
public import Telemetry

/// Reads the items of the review topic and the dead-letter topic, what resolves them, the callbacks that they
/// come from, and what the workers know of their payments.
///
/// Confined to the thread that made it.
public final class ItemReader {
    let settings: ItemSettings
    let log: Log
    let reader: TopicReader
    private var topics: TopicNames { settings.log.topics }

    /// - Throws: topics that are not there.
    public init(_ settings: ItemSettings, log: Log) throws(RecoveryError) {
        self.settings = settings
        self.log = log
        do throws(TopicReadError) {
            reader = try TopicReader(settings.log, log: log)
        } catch {
            throw .reading(error)
        }
    }

    /// The items of a topic, by partition and in the order in which they were written.
    ///
    /// - Parameter progress: is reported now and then how many records were read.
    public func items(
        on topic: Topic, _ filter: ItemFilter = ItemFilter(), progress: (_ read: Int) -> Void = { _ in }
    ) throws(RecoveryError) -> [Item] {
        do throws(TopicReadError) {
            var items: [Item] = []
            var count = 0
            for partition in 0..<reader.partitionCount
            where filter.partitions?.contains(partition) ?? true {
                items += try readItems(on: topic, partition, &count, progress).filter(filter.contains)
            }
            return items
        } catch {
            throw .reading(error)
        }
    }

    /// The item of a callback.
    /// - Throws: `refused` where there is none.
    public func item(of position: RecordPosition, on topic: Topic) throws(RecoveryError) -> Item {
        var filter = ItemFilter()
        filter.positions = [position]
        filter.includesResolved = true
        guard position.partition < reader.partitionCount,
            let item = try items(on: topic, filter).first
        else {
            throw .refused(
                "\(topics[topic]) has no item of the callback \(position.partition):\(position.offset)")
        }
        return item
    }

    /// The record of a callback as it is on the callbacks topic; nil where it is not there any more.
    public func callback(at position: CallbackPosition) throws(RecoveryError) -> LoggedRecord? {
        do throws(TopicReadError) {
            guard position.topic == topics[.callbacks], position.partition < reader.partitionCount else {
                return nil
            }
            let bounds = try reader.bounds(.callbacks, position.partition)
            guard bounds.low <= position.offset, position.offset < bounds.high else { return nil }
            return try reader.open(
                .callbacks, position.partition, from: position.offset, to: position.offset + 1
            ).next()
        } catch {
            throw .reading(error)
        }
    }

    /// The bytes of a payment's newest state, as the workers know it; nil where there is none.
    ///
    /// It reads the changelog's whole partition: the topic has no index by key.
    func state(of key: [UInt8], in partition: Int32) throws(RecoveryError) -> [UInt8]? {
        do throws(TopicReadError) {
            let source = try reader.open(.changelog, partition)
            var state: [UInt8]?
            while let record = try source.next() {
                guard record.keyBytes?.elementsEqual(key) ?? false else { continue }
                state = record.valueBytes.map { Array($0) }
            }
            return state
        } catch {
            throw .reading(error)
        }
    }

    private func readItems(
        on topic: Topic, _ partition: Int32, _ count: inout Int, _ progress: (_ read: Int) -> Void
    ) throws(TopicReadError) -> [Item] {
        var items: [Item] = []
        var resolutions: [CallbackPosition: Resolution] = [:]
        let source = try reader.open(topic, partition)
        while let record = try source.next() {
            count += 1
            if count % 4096 == 0 { progress(count) }
            if let resolution = Resolution(record) {
                if resolutions[resolution.callback] == nil {
                    resolutions[resolution.callback] = resolution
                }
            } else if let item = Item(record, on: topic) {
                items.append(item)
            }
        }
        for index in items.indices { items[index].resolution = resolutions[items[index].callback] }
        return items
    }
}
