public import Payments
public import State

/// Derives again what every callback of one partition leads to, and compares it with what lies on the topics.
///
/// It holds no more than a window of each topic; what it must know of every payment lies in a table. A payment whose
/// whole history lies in the range is judged exactly as the worker judged it. One that may have a history before the
/// range is taken up at its first event (`PartitionProof+Resuming.swift`).
public final class PartitionProof<Source: RecordSource, Memory: Table & ~Copyable> {
    let setup: ProofSetup
    let trails: TrailTable<Memory>
    var court: Court
    var status: LogWindow<Source>
    var review: LogWindow<Source>
    var deadLetter: LogWindow<Source>
    var events = EventReader()
    private let fault: (Fault) -> Void
    private let finding: ((Finding) -> Void)?

    public internal(set) var account = Account()
    public private(set) var faultCount = 0
    /// Times of the first callback and of the newest.
    private(set) var began: Timestamp?
    public internal(set) var newest: Timestamp?

    /// - Parameters:
    ///   - scratch: an empty table for what must be known of each payment.
    ///   - judges: makes a judge of these settings, with the keys that there are.
    ///   - fault: is told each fault when it is found.
    ///   - finding: is told what became of each callback.
    public init(
        _ setup: ProofSetup, outputs: ProofOutputs<Source>, scratch: consuming Memory,
        judges: (JudgeSettings) -> Judge, fault: @escaping (Fault) -> Void,
        finding: ((Finding) -> Void)? = nil
    ) {
        self.setup = setup
        court = Court(
            setup.judge, partition: setup.partition, partitionCount: setup.partitionCount, judges: judges)
        trails = TrailTable(scratch)
        let reader = OriginReader(topic: setup.judge.topics[.callbacks], partition: setup.partition)
        status = LogWindow(.status, outputs.status, reader)
        review = LogWindow(.review, outputs.review, reader)
        deadLetter = LogWindow(.deadLetter, outputs.deadLetter, reader)
        self.fault = fault
        self.finding = finding
    }

    /// Judges the next callback. They come in the order of their offsets.
    public func judge(_ callback: LoggedRecord) throws(LogError) {
        account.callbacks += 1
        if began == nil { began = callback.time }
        newest = max(newest ?? callback.time, callback.time)
        var (judgement, file) = try ask(callback, .configured)
        let isDeadLetterThere = try deadLetter.nextOrigin() == callback.offset
        if judgement.isUnverified, !isDeadLetterThere {
            (judgement, file) = try ask(callback, .all)
        } else if isDeadLetterThere, judgement.decision != .deadLetter {
            if try acceptUnverified(callback, judgement) { return }
        }
        guard let file else { return try settle(callback, judgement, nil) }
        switch file.trail.kind {
        case .whole, .stranger: try settle(callback, judgement, file)
        case .unknown: try settleUnknown(callback, judgement, file)
        case .resumed: try settleResumed(callback, judgement, file)
        }
    }

    /// Passes a callback that the workers skipped, as their progress says: it led to nothing and changed nothing.
    public func skip(_ callback: LoggedRecord) {
        account.callbacks += 1
        account.skipped += 1
        newest = max(newest ?? callback.time, callback.time)
    }

    /// A payment's key and what is known of it.
    struct File {
        var key: [UInt8]
        var trail: Trail
    }

    /// Judges a callback with what is known of its payment; the file is nil where no memory was asked for.
    func ask(_ callback: LoggedRecord, _ trust: Court.Trust) throws(LogError) -> (Judgement, File?) {
        var file: File?
        var failure: LogError?
        do throws(MemoryError) {
            let judgement = try court.judge(callback, trust) { (key, memory) throws(MemoryError) in
                let name = key.withUnsafeBytes { [UInt8]($0) }
                do throws(LogError) {
                    file = File(key: name, trail: try trails.trail(of: key) ?? newTrail(at: callback.time))
                } catch {
                    failure = error
                    throw .unavailable
                }
                guard let known = file?.trail.memory, !known.isEmpty else { return false }
                memory.append(contentsOf: known)
                return true
            }
            return (judgement, file)
        } catch {
            throw failure ?? .memory(error)
        }
    }

    /// Of a payment that is met for the first time.
    private func newTrail(at time: Timestamp) -> Trail {
        guard !setup.isWholeLog else { return Trail(.whole) }
        var trail = Trail(.unknown)
        // Records before the range may carry a slightly later time than its first.
        let kept = (setup.judge.deduplication.window + .days(1)).components.seconds * 1000
        trail.isIncomplete = began.map { time.milliseconds - $0.milliseconds <= kept } ?? true
        return trail
    }

    /// Judges a callback with a memory that is only supposed.
    func ask(
        _ callback: LoggedRecord, _ trust: Court.Trust, supposing supposed: [UInt8]
    ) throws(LogError) -> Judgement {
        do throws(MemoryError) {
            return try court.judge(callback, trust) { (_, memory) throws(MemoryError) in
                memory.append(contentsOf: supposed)
                return !supposed.isEmpty
            }
        } catch {
            throw .memory(error)
        }
    }

    /// Compares with the one record that is due, which all that is known lies in the range for.
    func settle(_ callback: LoggedRecord, _ judgement: Judgement, _ file: File?) throws(LogError) {
        account[judgement.decision] += 1
        var found: LoggedRecord?
        if let topic = judgement.decision.topic {
            found = try expect(judgement, on: topic, for: callback)
        }
        if var file, let memory = judgement.memory {
            file.trail.memory = Array(memory)
            try keep(file)
        }
        tell(callback, judgement, .derived, found)
    }

    /// The record that a callback leads to; faults where it is not there or differs.
    private func expect(
        _ judgement: Judgement, on topic: Topic, for callback: LoggedRecord
    ) throws(LogError) -> LoggedRecord? {
        let next = try takeNext(of: topic) { judgement.isEqual($0, for: callback) }
        if let next { return next }
        guard let found = try take(topic, from: callback, judgement.decision) else {
            reportMissing(judgement, callback)
            return nil
        }
        compare(found, judgement, callback)
        return found
    }

    func compare(_ record: LoggedRecord, _ judgement: Judgement, _ callback: LoggedRecord) {
        let differences = judgement.differences(record, for: callback)
        guard !differences.isEmpty else { return }
        report(
            .differs(differences), callback: callback.offset, decision: judgement.decision,
            topic: judgement.decision.topic, offset: record.offset, key: Array(judgement.key))
    }

    func reportMissing(_ judgement: Judgement, _ callback: LoggedRecord) {
        guard let topic = judgement.decision.topic else { return }
        reportMissing(
            on: topic, judgement.decision, callback.offset, at: callback.time, key: Array(judgement.key))
    }

    /// What is older than its topic keeps records is no fault.
    func reportMissing(
        on topic: Topic, _ decision: Decision, _ callback: Int64, at time: Timestamp, key: [UInt8]
    ) {
        if let horizon = setup.horizons[topic], time < horizon {
            account.expired += 1
        } else {
            report(.missing, callback: callback, decision: decision, topic: topic, key: key)
        }
    }

    /// A dead letter that says the signature was not verified is believed: the keys of the day may have been others.
    private func acceptUnverified(
        _ callback: LoggedRecord, _ judgement: Judgement
    ) throws(LogError) -> Bool {
        guard let letter = try take(.deadLetter, from: callback, .deadLetter) else { return false }
        guard OutputHeader.isUnverified(letter), letter.valueBytes == callback.valueBytes else {
            report(
                .unexpected(.notDue), callback: callback.offset, decision: judgement.decision,
                topic: .deadLetter, offset: letter.offset)
            return false
        }
        account[.deadLetter] += 1
        account.takenAsTold += 1
        tell(callback, judgement, .asTold, letter, decision: .deadLetter, reason: "unverified")
        return true
    }

    func keep(_ file: File) throws(LogError) {
        try trails.set(file.trail, of: file.key.span.bytes)
    }

    func tell(
        _ callback: LoggedRecord, _ judgement: Judgement, _ ground: Finding.Ground, _ record: LoggedRecord?,
        decision: Decision? = nil, reason: String? = nil
    ) {
        guard let finding else { return }
        finding(
            Finding(
                callback: callback, key: Array(judgement.key), decision: decision ?? judgement.decision,
                reason: reason ?? "\(judgement.verdict.reason)", ground: ground, record: record))
    }

    func report(
        _ kind: Fault.Kind, callback: Int64? = nil, decision: Decision? = nil, topic: Topic? = nil,
        offset: Int64? = nil, key: [UInt8]? = nil
    ) {
        faultCount += 1
        fault(
            Fault(
                kind, partition: setup.partition, callback: callback, decision: decision, topic: topic,
                offset: offset, key: key))
    }
}
