// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// Copies of some entries of a store, so that it may be used while they are looked at.
struct StorePage {
    private(set) var entries: [(key: [UInt8], value: [UInt8])] = []

    /// Replaces the entries by the next ones of the sweep; true when those are the last.
    mutating func fill<Store: PartitionStore & ~Copyable>(
        from store: inout Store
    ) throws(TopicReadError) -> Bool {
        entries.removeAll(keepingCapacity: true)
        do throws(StateError) {
            return try store.sweep(limit: 1000) { key, value in
                entries.append((key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
            }
        } catch {
            throw .state(error)
        }
    }
}
