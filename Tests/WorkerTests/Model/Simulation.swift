// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore
import Synchronization
import Telemetry
import Worker

/// One run of several workers against the model broker, decided by its seed alone.
///
/// Workers are stepped one at a time. Wherever one calls its client the others may be stepped in between, the
/// broker may move on, time out or throw members out, and processes may be killed and started: so a worker
/// can be held up at any call for as long as it takes the others to do anything.
final class Simulation {
    let broker: ModelBroker
    let seed: UInt64
    let mistake: Mistake?
    var random: SeededRandom
    var history: ModelHistory
    private(set) var processes: [ModelProcess] = []
    /// What goes wrong where nothing is drawn at random.
    let scenario: Scenario?
    private var depth = 0
    private(set) var isCalm = false
    /// One call in so many fails; one in so many lets the others in.
    private let faultRate: Int
    private let interludeRate: Int
    /// One end of a transaction in so many is slow.
    private let slowRate: Int
    private(set) var kills = 0
    /// How often the group's offsets were moved or deleted.
    private(set) var resets = 0
    /// One second a step, for what is decided by time.
    private(set) var seconds = 0
    /// When a slot was last fenced without a rival.
    private var fencedAt: [Int: Int] = [:]
    static let sessionTimeout = 30
    /// What was wrong before the end of the run.
    private(set) var earlyFault: String?

    static let processorSettings = ProcessorSettings(verification: .never)
    let telemetry = WorkerTelemetry(log: .silent, metrics: MetricsRegistry())

    init(seed: UInt64, mistake: Mistake? = nil) {
        self.seed = seed
        self.mistake = mistake
        scenario = nil
        var random = SeededRandom(seed: seed)
        broker = ModelBroker(partitionCount: Int32(1 + random.below(4)))
        faultRate = [15, 40, 200, 1_000_000][random.below(4)]
        interludeRate = [3, 10, 50][random.below(3)]
        slowRate = [4, 20, 1_000_000][random.below(3)]
        history = ModelHistory(&random)
        self.random = random
        for slot in 0..<(1 + random.below(3)) { processes.append(ModelProcess(slot: slot)) }
    }

    /// A run in which only a scenario's failures happen, in its order.
    init(_ scenario: Scenario, partitionCount: Int32, slots: Int, mistake: Mistake? = nil) {
        seed = 1
        self.mistake = mistake
        self.scenario = scenario
        random = SeededRandom(seed: 1)
        broker = ModelBroker(partitionCount: partitionCount)
        (faultRate, interludeRate, slowRate, isCalm) = (.max, .max, .max, true)
        history = ModelHistory(&random, count: 200)
        for slot in 0..<slots { processes.append(ModelProcess(slot: slot)) }
    }

    // MARK: What the clients and stores ask

    func isOne(in count: Int) -> Bool { random.isOne(in: count) }

    func fault() -> Fault? {
        guard !isCalm, random.isOne(in: faultRate) else { return nil }
        switch random.below(8) {
        case 0: return .killedBefore
        case 1: return .killedAfter
        case 2, 3, 4: return .lostReply
        default: return .refused
        }
    }

    /// Whether an answer of the coordinator takes longer than librdkafka waits before it asks again.
    func isSlow() -> Bool { !isCalm && random.isOne(in: slowRate) }

    func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }

    func isStateDamaged() -> Bool { !isCalm && random.isOne(in: faultRate * 20) }

    func kill(_ session: ModelSession) {
        session.isDead = true
        kills += 1
    }

    /// Others do something while this session's worker is held up at a call.
    func interlude(_ session: ModelSession) {
        guard !isCalm, depth < 3, random.isOne(in: interludeRate) else { return }
        depth += 1
        defer { depth -= 1 }
        for _ in 0...random.below(6) { act() }
    }

    // MARK: The run

    /// Runs to the end; nil if every invariant held.
    func run() -> String? {
        for _ in 0..<150 { act() }
        return finish()
    }

    /// Lets all callbacks be decided without failures; nil if every invariant held.
    func finish() -> String? {
        while history.hasMore { history.append(to: broker, &random) }
        isCalm = true
        if !settle() { return "the workers do not come to rest: \(unrest)" }
        return earlyFault ?? SimulationCheck(self).fault()
    }

    private func act() {
        switch random.below(27) {
        case 0...13: step(processes[random.below(processes.count)])
        case 14, 15: history.append(to: broker, &random)
        case 16, 17:
            if !broker.transactions.isEmpty {
                broker.advance(broker.transactions[random.below(broker.transactions.count)])
            }
        case 18: timeOutTransaction()
        case 19: removeMember()
        case 20: killProcess()
        case 21:
            broker.partition(.changelog, Int32(random.below(Int(broker.partitionCount)))).compact()
        case 22:
            if random.isOne(in: 4) { resetOffsets() }
            if random.isOne(in: 10) { add(ModelProcess(slot: random.below(3))) }
        case 23, 24: receiveLate()
        case 25: fenceMember()
        default: break
        }
    }

    func step(_ process: ModelProcess) {
        seconds += 1
        guard !process.isStepping, !process.isOver, isCalm || seconds >= process.downUntil else { return }
        process.isStepping = true
        defer { process.isStepping = false }
        if !process.isRunning { start(process) }
        if case .over(let end) = process.step() {
            process.end()
            if case .fenced = end { noteFencing(of: process) }
        }
        if process.session?.isDead == true { process.end() }
        checkReading(process)
    }

    /// A worker that is ready reads every partition that it was assigned.
    private func checkReading(_ process: ModelProcess) {
        guard earlyFault == nil, let session = process.session,
            process.health?.notReadyReason(patience: .seconds(3600)) == nil, process.health != nil,
            broker.group.phase == .stable, broker.group.members[session.instance] === session,
            session.generation == broker.group.generation
        else { return }
        let assigned = broker.group.assignments[session.instance] ?? []
        for partition in assigned where session.positions[partition] == nil {
            earlyFault = "slot \(process.slot) is ready and does not read partition \(partition)"
        }
    }

    /// What the thread of a real worker does about it.
    private func noteFencing(of process: ModelProcess) {
        let answer = process.fencing.fenced(at: .seconds(seconds))
        if mistake == .fencingEndsTheProcess || answer == .rival { process.isOver = true }
    }

    /// Time passes in which nothing happens.
    func pass(seconds: Int) { self.seconds += seconds }

    func add(_ process: ModelProcess) {
        for other in processes where other.slot == process.slot && !other.isOver {
            other.hadRival = true
            process.hadRival = true
        }
        processes.append(process)
    }

    /// A late request arrives while a transaction is being written, which is when it does harm.
    func mayReceiveLate() {
        if !isCalm, broker.hasLateRequests, random.isOne(in: 4) { receiveLate() }
    }

    func receiveLate() { broker.receiveLate(&random) }

    /// The coordinator has lost a member's id and fences it, although no other member has its slot. That does
    /// not happen twice within a session timeout.
    private func fenceMember() {
        let process = processes[random.below(processes.count)]
        guard let session = process.session, process.isRunning else { return }
        if let last = fencedAt[process.slot], seconds - last < 4 * Self.sessionTimeout { return }
        fencedAt[process.slot] = seconds
        session.isFenced = true
    }

    private func start(_ process: ModelProcess) {
        let client = ModelClient(self, instance: "slot-\(process.slot)")
        let session = client.session
        var settings = WorkerSettings()
        settings.batch = BatchLimit(count: 6, bytes: .max)
        settings.sweepPerRecord = random.below(4)
        settings.restoreChunkBytes = random.below(400)
        settings.recoveryAttempts = 5
        // No clock decides: what is idle is tended immediately, or never within a run.
        settings.waitInterval = .zero
        settings.idleCommitInterval = random.isOne(in: 2) ? .zero : .seconds(86_400)
        settings.progressInterval = isCalm || random.isOne(in: 2) ? .seconds(86_400) : .zero
        // What a tool moves ahead is processed all the same: nothing may be lost by it.
        settings.accepted.startAt = .progress
        // The model's coordinator fences producers far more often than a real one.
        if scenario == nil { settings.fencingLimit = .max }
        let health = WorkerHealth()
        let worker = Worker<ModelClient, ModelStore>(
            client, processor: RecordProcessor(settings: Self.processorSettings, keys: nil),
            settings: settings,
            telemetry: telemetry, health: health,
            now: { Timestamp(milliseconds: .max) }, clock: { [unowned self] in .seconds(seconds) },
            openStore: { [unowned self] partition in
                ModelStore(self, session, process.storage(partition))
            })
        process.begin(worker, session, health)
        process.fencing.started(at: .seconds(seconds))
    }

    private func killProcess() {
        let process = processes[random.below(processes.count)]
        guard let session = process.session, process.isRunning else { return }
        kill(session)
        // With the operating system goes what it had not written yet.
        if random.isOne(in: 4) { process.loseStorage() }
        // A host that stays away leaves its partitions to others.
        if random.isOne(in: 3) { process.downUntil = seconds + random.below(80) }
        if !process.isStepping { process.end() }
    }

    /// Moves or deletes the group's offsets. A broker does not allow it while the group has members, so all
    /// are stopped first, and their transactions end.
    private func resetOffsets() {
        for process in processes {
            if let session = process.session { kill(session) }
            if !process.isStepping { process.end() }
        }
        for transaction in broker.transactions {
            broker.timeOut(transaction)
            broker.complete(transaction)
        }
        for instance in broker.group.members.keys.sorted() { broker.group.remove(instance) }
        for partition in 0..<broker.partitionCount {
            let end = broker.partition(.callbacks, partition).end
            let choice = random.below(5)
            // A partition that no worker has begun has no progress to go on from, so an offset ahead is
            // refused for good.
            if choice > 1, !hasProgress(partition) { continue }
            switch choice {
            case 0: broker.resetOffset(of: partition, to: nil)
            case 1: broker.resetOffset(of: partition, to: 0)
            case 2: broker.resetOffset(of: partition, to: Int64(end))
            case 3: broker.resetOffset(of: partition, to: Int64(random.below(end + 1)))
            default: break
            }
        }
        resets += 1
    }

    private func hasProgress(_ partition: Int32) -> Bool {
        broker.partition(.changelog, partition).committed.contains { $0.key == PartitionProgress.key }
    }

    /// Only of sessions that cannot speak for themselves: killed, or held up at a call.
    private func timeOutTransaction() {
        let idle = broker.transactions.filter { $0.state == .open && isSilent($0.session) }
        if !idle.isEmpty { broker.timeOut(idle[random.below(idle.count)]) }
    }

    func removeMember() {
        let silent = broker.group.members.filter { isSilent($0.value) }.keys.sorted()
        if !silent.isEmpty { broker.group.remove(silent[random.below(silent.count)]) }
    }

    func isSilent(_ session: ModelSession) -> Bool {
        session.isDead || processes.contains { $0.session === session && $0.isStepping }
            || !processes.contains { $0.session === session && $0.isRunning }
    }
}
