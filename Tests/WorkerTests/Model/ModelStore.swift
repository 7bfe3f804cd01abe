// SPDX-License-Identifier: Apache-2.0
import StateStore

/// A worker's store whose storage is the simulated host's: it survives the process, and fails on purpose.
struct ModelStore: PartitionStore, ~Copyable {
    private let simulation: Simulation
    private let session: ModelSession
    private var store: InMemoryStore

    init(_ simulation: Simulation, _ session: ModelSession, _ storage: InMemoryStore.Storage) {
        self.simulation = simulation
        self.session = session
        store = InMemoryStore(storage)
    }

    var position: Int64? { store.position }
    var output: StoreCondition { store.output }
    var size: StoreSize { store.size }

    mutating func lookUp(
        _ key: borrowing RawSpan, into value: inout [UInt8]
    ) throws(StateError) -> Bool {
        try live()
        if simulation.isStateDamaged() { throw .damaged("a value's checksum is wrong") }
        return try store.lookUp(key, into: &value)
    }

    mutating func apply(_ changes: inout ChangeSet, position: Int64) throws(StateError) {
        try live()
        switch simulation.fault() {
        case .refused: throw .full(path: "state")
        case .killedBefore:
            simulation.kill(session)
            try live()
        case .killedAfter, .lostReply:
            try store.apply(&changes, position: position)
            simulation.kill(session)
            try live()
        case .none: try store.apply(&changes, position: position)
        }
    }

    mutating func flush() throws(StateError) {
        try live()
        try store.flush()
    }

    mutating func sweep(
        limit: Int, _ visit: (_ key: borrowing RawSpan, _ value: borrowing RawSpan) -> Void
    ) throws(StateError) -> Bool {
        try live()
        return try store.sweep(limit: limit, visit)
    }

    mutating func isEmpty(but key: borrowing RawSpan) throws(StateError) -> Bool {
        try live()
        return try store.isEmpty(but: key)
    }

    mutating func wipe() throws(StateError) {
        try live()
        try store.wipe()
    }

    private func live() throws(StateError) {
        if session.isDead { throw .refused(call: "killed", code: 0) }
    }
}
