// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// Payment states on the disk that are thrown away afterwards, with the changes of a batch in front of them.
///
/// Belongs to one thread. A class so that a record processor can look up a state while the owner is at work
/// with it.
package final class DerivedStateStore {
    private let scratch: Scratch
    private let store: BufferedStore<LMDBStore>
    private var batch = ChangeSet()

    /// - Parameter parent: where its folder is made; nil means the system's folder for temporary files.
    package init(in parent: String?, partition: Int32) throws(TopicReadError) {
        let scratch = try Scratch(in: parent)
        store = BufferedStore(try scratch.store(partition: partition))
        self.scratch = scratch
    }

    /// The newest state of a key, that of the batch included; false where there is none.
    package func lookUp(_ key: RawSpan, into state: inout [UInt8]) throws(TopicReadError) -> Bool {
        switch batch.copyValue(of: key, into: &state) {
        case .value: return true
        case .removed: return false
        case .untouched: return try store.lookUp(key, into: &state)
        }
    }

    /// Changes a state in the batch; nil removes it.
    package func put(_ key: RawSpan, _ state: RawSpan?) {
        if let state { batch.put(key, value: state) } else { batch.remove(key) }
    }

    /// How many states the batch changes.
    package var batchCount: Int { batch.count }

    /// What the batch changes.
    package func changes() -> [(key: [UInt8], state: [UInt8]?)] {
        var changes: [(key: [UInt8], state: [UInt8]?)] = []
        batch.forEach { key, value in changes.append((Array(key), value.map { Array($0) })) }
        return changes
    }

    /// Ends the batch: its changes stay.
    package func apply() throws(TopicReadError) {
        try store.put(batch)
        batch.removeAll()
    }

    /// Lends every state with its key. After the last batch.
    package func forEach(
        _ visit: (_ key: [UInt8], _ state: [UInt8]) throws(TopicReadError) -> Void
    ) throws(TopicReadError) {
        try store.forEach(visit)
    }
}
