// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// What may go wrong at a call, drawn by the simulation.
enum Fault {
    /// The call fails before it has any effect.
    case refused
    /// It has its effect, and the answer is lost.
    case lostReply
    /// The process dies before it, or after it.
    case killedBefore
    case killedAfter
}

/// Ways in which a worker could be wrong, planted to see that the simulation notices.
enum Mistake: String, CaseIterable {
    case offsetsOutsideTheTransaction
    case offsetsNotSent
    case stateNotWritten
    case changelogReadUncommitted
    case changelogReadToItsStableEndOnly
    case offsetsReadWhileUnstable
    case startAtTheOldPosition
    case abortForgotten
    case startAtTheCommittedOffset
    case progressOutsideTheTransaction
    /// The adapter reports a commit without an answer as aborted.
    case unknownCommitTriedAgain
    /// The adapter goes on with a producer of which a request may still arrive.
    case slowProducerKept
    /// The adapter does not count how long it took to send the offsets.
    case slowOffsetsForgotten
    /// The first fencing ends the process.
    case fencingEndsTheProcess
    /// A restore that begins again takes the partitions that were open for the assignment.
    case openPartitionsRestored

    /// Those that random histories meet often enough. The others have a scenario.
    static let random = allCases.filter { $0 != .openPartitionsRestored && $0 != .slowOffsetsForgotten }
}

/// A worker's clients on the model broker.
struct ModelClient: WorkerClient, ~Copyable {
    let simulation: Simulation
    let session: ModelSession
    var batch: [(position: RecordPosition, time: Timestamp, record: ModelRecord)] = []
    private var events: [AssignmentEvent] = []

    init(_ simulation: Simulation, instance: String) {
        self.simulation = simulation
        session = ModelSession(instance: instance, at: simulation.broker)
        takeOverProducers()
        broker.group.join(session)
    }

    var broker: ModelBroker { simulation.broker }
    var partitionCount: Int32 { broker.partitionCount }

    func takeOverProducers() {
        for producer in session.producers { session.epochs[producer] = broker.takeOver(producer) }
    }

    /// Lets the others go on, then makes the call with whatever goes wrong with it.
    func call<Result>(
        _ call: ModelCall, _ name: String, _ body: () throws(ClientError) -> Result
    ) throws(ClientError) -> Result {
        simulation.interlude(session)
        let fault = simulation.fault()
        if fault == .killedBefore { simulation.kill(session) }
        if session.isDead { throw ClientError(.rebuild, name: "KILLED", message: name) }
        if let consequence = simulation.scenario?.takeFailure(at: name, session) {
            throw ClientError(consequence, name: "PLANNED", message: name)
        }
        // What the group has decided may be noticed at any call.
        if session.isFenced, call != .abort, simulation.isOne(in: 4) { throw memberFencing(name) }
        if fault == .refused { throw refusal(of: call, name) }
        let result = try body()
        if fault == .killedAfter {
            simulation.kill(session)
            throw ClientError(.rebuild, name: "KILLED", message: "after \(name)")
        }
        if fault == .lostReply { throw refusal(of: call, name) }
        return result
    }

    func refusal(of call: ModelCall, _ name: String) -> ClientError {
        ClientError(simulation.pick(call.drawn), name: "REFUSED", message: name)
    }

    func memberFencing(_ name: String) -> ClientError {
        ClientError(.fencedMember, name: "FENCED_INSTANCE_ID", message: "\(session.instance): \(name)")
    }

    mutating func leave(within limit: Duration) -> Bool { true }

    consuming func close(within limit: Duration) {}
}

/// Callbacks.
extension ModelClient {
    mutating func fill(first wait: Duration, limit: BatchLimit) throws(ClientError) -> Int {
        batch.removeAll()
        // A poll loses nothing with its answer: records it does not hand out are fetched again.
        simulation.interlude(session)
        let fault = simulation.fault()
        if fault == .killedBefore || fault == .killedAfter { simulation.kill(session) }
        if session.isDead { throw ClientError(.rebuild, name: "KILLED", message: "fill") }
        if fault != nil { throw refusal(of: .fill, "fill") }
        if session.isFenced { throw memberFencing("fill") }
        guard takePlace() else { return 0 }
        for (partition, position) in session.positions.sorted(by: { $0.key < $1.key }) {
            let log = broker.partition(.callbacks, partition)
            var next = position
            while next < log.end, batch.count < limit.count, !simulation.isOne(in: 8) {
                if case .record(let record, _) = log.entries[next] {
                    let time = Timestamp(milliseconds: record.time)
                    batch.append(
                        (RecordPosition(partition: partition, offset: Int64(next)), time, record))
                }
                next += 1
            }
            session.positions[partition] = next
        }
        return batch.count
    }

    /// The group protocol of one poll; false if this poll was all about that.
    private mutating func takePlace() -> Bool {
        if broker.group.members[session.instance] !== session {
            lose(isLost: true)
            broker.group.join(session)
            return false
        }
        if broker.group.phase == .preparing {
            if !broker.group.hasJoined(session.instance) {
                lose(isLost: false)
                broker.group.rejoin(session.instance, partitionCount: partitionCount)
            }
            return false
        }
        guard session.generation != broker.group.generation else { return true }
        lose(isLost: false)
        session.generation = broker.group.generation
        events.append(.assigned(broker.group.assignments[session.instance] ?? []))
        return false
    }

    private mutating func lose(isLost: Bool) {
        guard session.generation != nil else { return }
        session.generation = nil
        session.positions.removeAll()
        events.append(.revoked(lost: isLost))
    }

    mutating func takeAssignmentChanges() -> [AssignmentEvent] {
        defer { events.removeAll() }
        return events
    }

    func position(of index: Int) -> RecordPosition { batch[index].position }

    func time(of index: Int) -> Timestamp { batch[index].time }

    @_lifetime(borrow self)
    func body(of index: Int) -> RawSpan? {
        guard let value = batch[index].record.value else { return nil }
        // The batch keeps the array, and is not changed while it is borrowed.
        let bytes = value.withUnsafeBytes { $0 }
        return _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
    }

    func readReceipt(of index: Int, into receipt: inout ReceiptHeaders) {
        for (name, value) in batch[index].record.headers {
            receipt.add(name: Array(name.utf8).span.bytes, value: value.span.bytes)
        }
    }
}
