// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The signing key of each project. Any thread may replace them.
public final class ReconcileKeys: Sendable {
    private let keys: Mutex<[Int64: ReconcileKey]>

    public init(_ keys: [ReconcileKey]) {
        self.keys = Mutex(Self.byProject(keys))
    }

    /// Takes new keys, as after a change of the keys file. The next request is signed by them.
    public func replace(by keys: [ReconcileKey]) {
        let keys = Self.byProject(keys)
        self.keys.withLock { $0 = keys }
    }

    subscript(projectID: Int64) -> ReconcileKey? { keys.withLock { $0[projectID] } }

    private static func byProject(_ keys: [ReconcileKey]) -> [Int64: ReconcileKey] {
        Dictionary(keys.map { ($0.projectID, $0) }) { first, _ in first }
    }
}
