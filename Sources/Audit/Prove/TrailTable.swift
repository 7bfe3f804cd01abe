internal import State

/// The trails of a partition's payments: as many as there are payments, so they lie in a table on the disk, with the
/// newest changes in front of it.
///
/// A class so that a judge can look up a memory while the owner is at work with it; it never leaves its thread.
final class TrailTable<Memory: Table & ~Copyable> {
    /// Changes held back before they are written in one transaction.
    private static var bytesHeldBack: Int { 16 << 20 }

    private var table: Memory
    private var changes = ChangeSet()
    private var encoded: [UInt8] = []
    private var found: [UInt8] = []

    init(_ table: consuming Memory) {
        self.table = table
    }

    func trail(of key: RawSpan) throws(LogError) -> Trail? {
        guard key.byteCount > 0 else { return nil }
        switch changes.copyValue(of: key, into: &found) {
        case .removed: return nil
        case .value: break
        case .untouched:
            do throws(StateError) {
                guard try table.lookUp(key, into: &found) else { return nil }
            } catch {
                throw .state(error)
            }
        }
        guard let trail = Trail(decoding: found) else {
            throw .state(.damaged("a trail cannot be read back"))
        }
        return trail
    }

    func set(_ trail: Trail, of key: RawSpan) throws(LogError) {
        encoded.removeAll(keepingCapacity: true)
        trail.encode(into: &encoded)
        changes.put(key, value: encoded.span.bytes)
        if changes.byteCount > Self.bytesHeldBack { try flush() }
    }

    /// Lends every trail with its key.
    func forEach(_ visit: (_ key: [UInt8], Trail) throws(LogError) -> Void) throws(LogError) {
        try flush()
        var page: [(key: [UInt8], bytes: [UInt8])] = []
        var isLast = false
        while !isLast {
            page.removeAll(keepingCapacity: true)
            do throws(StateError) {
                isLast = try table.sweep(limit: 1000) { key, value in
                    page.append((key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
                }
            } catch {
                throw .state(error)
            }
            for (key, bytes) in page {
                guard let trail = Trail(decoding: bytes) else {
                    throw .state(.damaged("a trail cannot be read back"))
                }
                try visit(key, trail)
            }
        }
    }

    private func flush() throws(LogError) {
        do throws(StateError) { try table.apply(&changes, position: 0) } catch { throw .state(error) }
        changes.removeAll()
    }
}
