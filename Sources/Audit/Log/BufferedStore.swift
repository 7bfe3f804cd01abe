// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// A store on the disk with the newest changes in front of it, which are written once they are many.
///
/// Belongs to one thread. A class so that a record processor can look up a state while the owner is at work
/// with it.
final class BufferedStore<Store: PartitionStore & ~Copyable> {
    /// Changes held back before they are written in one transaction.
    private static var bytesHeldBack: Int { 16 << 20 }

    private var store: Store
    private var held = ChangeSet()

    init(_ store: consuming Store) {
        self.store = store
    }

    /// The newest value of a key; false where there is none.
    func lookUp(_ key: RawSpan, into value: inout [UInt8]) throws(TopicReadError) -> Bool {
        switch held.copyValue(of: key, into: &value) {
        case .value: return true
        case .removed: return false
        case .untouched: break
        }
        do throws(StateError) { return try store.lookUp(key, into: &value) } catch { throw .state(error) }
    }

    func put(_ key: RawSpan, _ value: [UInt8]) throws(TopicReadError) {
        held.put(key, value: value.span.bytes)
        try flushIfFull()
    }

    func put(_ changes: borrowing ChangeSet) throws(TopicReadError) {
        held.put(changes)
        try flushIfFull()
    }

    /// Lends a copy of every value with its key, so that the store may be used meanwhile.
    func forEach(
        _ visit: (_ key: [UInt8], _ value: [UInt8]) throws(TopicReadError) -> Void
    ) throws(TopicReadError) {
        try flush()
        var isLast = false
        while !isLast {
            var page: [(key: [UInt8], value: [UInt8])] = []
            do throws(StateError) {
                isLast = try store.sweep(limit: 1000) { key, value in
                    page.append((key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
                }
            } catch {
                throw .state(error)
            }
            for (key, value) in page { try visit(key, value) }
        }
    }

    private func flushIfFull() throws(TopicReadError) {
        if held.byteCount > Self.bytesHeldBack { try flush() }
    }

    private func flush() throws(TopicReadError) {
        do throws(StateError) { try store.apply(&held, position: 0) } catch { throw .state(error) }
        held.removeAll()
    }
}
