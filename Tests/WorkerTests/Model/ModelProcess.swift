// SPDX-License-Identifier: Apache-2.0
import StateStore
import Worker

/// A process on a separate host. Killed and started again, it finds the stores that it left.
final class ModelProcess {
    let slot: Int
    var isStepping = false
    /// It ended permanently: another has its slot.
    var isOver = false
    /// Its host is down until then, unless the faults are over.
    var downUntil = 0
    /// How often its clients were built.
    private(set) var starts = 0
    /// Another process had the same slot at some time.
    var hadRival = false
    var fencing = FencingPolicy(window: .seconds(Simulation.sessionTimeout))
    private(set) var session: ModelSession?
    private var worker: Worker<ModelClient, ModelStore>?
    private(set) var storages: [Int32: InMemoryStore.Storage] = [:]

    init(slot: Int) { self.slot = slot }

    var isRunning: Bool { session != nil }
    private(set) var health: WorkerHealth?

    func begin(
        _ worker: consuming Worker<ModelClient, ModelStore>, _ session: ModelSession, _ health: WorkerHealth
    ) {
        self.health = health
        self.worker = consume worker
        self.session = session
        starts += 1
    }

    func step() -> StepOutcome { worker?.step() ?? .idle }

    /// The process is gone; what its session left at the broker stays.
    func end() {
        session?.isDead = true
        session?.transaction = nil
        worker = nil
        session = nil
        health = nil
    }

    func storage(_ partition: Int32) -> InMemoryStore.Storage {
        let storage = storages[partition] ?? InMemoryStore.Storage()
        storages[partition] = storage
        return storage
    }

    func loseStorage() { storages.removeAll() }
}
