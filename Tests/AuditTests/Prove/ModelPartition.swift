// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import StateStore

/// One partition of the five topics in memory, filled as a worker fills them: each callback is checked and
/// what it leads to is written, with the gaps in the offsets that transactions leave.
struct ModelPartition {
    static let secret = Array("a secret of the tests".utf8)
    static let topics = TopicNames(prefix: "test.")

    var settings: ProcessorSettings
    var keys: KeyRing?
    /// What a proof is given to check with; nil means the worker's own.
    var keysOfToday: KeyRing?
    var callbacks: [LoggedRecord] = []
    /// By topic; callbacks are apart.
    var outputs: [Topic: [LoggedRecord]] = [.status: [], .review: [], .deadLetter: [], .changelog: []]
    /// How many callbacks at the end no worker has decided.
    var undecided = 0
    private(set) var states: [[UInt8]: [UInt8]] = [:]
    private var processor: RecordProcessor
    private var offsets: [Topic: Int64] = [:]

    init(verification: VerificationPolicy = .never, encoding: EventEncoding = .json, keys: KeyRing? = nil) {
        settings = ProcessorSettings(
            verification: verification, encoding: encoding, topics: Self.topics, source: "/tests")
        self.keys = keys
        processor = RecordProcessor(settings: settings, keys: keys)
    }

    /// Writes a callback, and what it leads to.
    ///
    /// - Parameter added: headers behind the receipt.
    mutating func send(
        _ body: String?, at time: Int64, hasReceipt: Bool = true, partitionCount: Int32 = 1,
        isDecided: Bool = true, adding added: [(name: StaticString, value: String)] = []
    ) throws {
        let body = body.map { Array($0.utf8) }
        var callback = callback(body, at: time, hasReceipt: hasReceipt)
        for header in added { callback.add(header.name, Array(header.value.utf8)) }
        callbacks.append(callback)
        guard isDecided else {
            undecided += 1
            return
        }
        var receipt = ReceiptHeaders()
        for header in callback.headers {
            let name = Array(callback.bytes[header.name])
            let value = header.value.map { Array(callback.bytes[$0]) } ?? []
            receipt.add(name: name.span.bytes, value: value.span.bytes)
        }
        let known = states
        let lookUp = { (key: RawSpan, state: inout [UInt8]) throws(PaymentStateError) -> Bool in
            guard let found = known[key.withUnsafeBytes { [UInt8]($0) }] else { return false }
            state.append(contentsOf: found)
            return true
        }
        let position = RecordPosition(partition: 0, offset: callback.offset)
        let output =
            if let body {
                try processor.process(
                    body: body.span.bytes, receipt: receipt, position: position,
                    partitionCount: partitionCount, time: callback.time, state: lookUp)
            } else {
                try processor.process(
                    body: nil, receipt: receipt, position: position, partitionCount: partitionCount,
                    time: callback.time, state: lookUp)
            }
        // Our ingress names a record by its payment; an importer need not.
        if hasReceipt {
            callbacks[callbacks.count - 1] = callback.with(key: Array(processor.bytes[output.key.range]))
        }
        write(output, body)
    }

    private func callback(_ body: [UInt8]?, at time: Int64, hasReceipt: Bool) -> LoggedRecord {
        var record = LoggedRecord(
            at: (callbacks.last?.offset ?? -1) + 1, Timestamp(seconds: time), key: nil, value: body)
        guard hasReceipt else { return record }
        var text: [UInt8] = []
        Timestamp(seconds: time).append(to: &text, .milliseconds)
        record.add(Receipt.Header.receivedAt, text)
        record.add(Receipt.Header.keyID, Array("main".utf8))
        record.add(Receipt.Header.rule, Array("natural".utf8))
        record.add(Receipt.Header.projectID, Array("1234".utf8))
        return record
    }

    private mutating func write(_ output: RecordOutput, _ body: [UInt8]?) {
        let key = Array(processor.bytes[output.key.range])
        if let topic = output.decision.topic {
            let value: [UInt8]? =
                switch output.value {
                case .null: nil
                case .body: body
                case .written(let text): Array(processor.bytes[text.range])
                }
            var record = LoggedRecord(
                at: nextOffset(of: topic), callbacks[callbacks.count - 1].time,
                key: key.isEmpty ? nil : key, value: value)
            for header in processor.headers {
                record.add(header.name, Array(processor.bytes[header.value.range]))
            }
            outputs[topic]?.append(record)
        }
        if let state = output.state { remember(Array(processor.bytes[state.range]), of: key) }
    }

    private mutating func remember(_ state: [UInt8]?, of key: [UInt8]) {
        states[key] = state
        let record = LoggedRecord(
            at: nextOffset(of: .changelog), callbacks[callbacks.count - 1].time, key: key, value: state)
        outputs[.changelog]?.append(record)
    }

    /// A whole sweep, as far as the newest callback's time.
    mutating func sweep() throws {
        guard let time = callbacks.map(\.time).max() else { return }
        for (key, bytes) in states {
            var state = try PaymentState(decoding: bytes.span.bytes)
            switch state.expire(at: time, settings: settings.deduplication) {
            case .unchanged: continue
            case .removed: remember(nil, of: key)
            case .trimmed:
                var trimmed: [UInt8] = []
                state.encode(into: &trimmed)
                remember(trimmed, of: key)
            }
        }
    }

    /// The offset of the next record of an output topic.
    mutating func nextOffset(of topic: Topic) -> Int64 {
        defer { offsets[topic] = (offsets[topic] ?? 0) + 2 }
        return offsets[topic] ?? 0
    }

    // MARK: proving

    struct Proved {
        var faults: [Fault] = []
        var findings: [Finding] = []
        var outputs: [OutputFault] = []
        var account = Account()
        var payments = PaymentCounts()
    }

    /// - Parameters:
    ///   - start: the first offset that is still in the log, or asked for.
    ///   - end: the offset behind the last one asked for; nil means all that is decided.
    func prove(
        from start: Int64 = 0, to end: Int64? = nil, horizons: [Topic: Timestamp] = [:],
        partitionCount: Int32 = 1
    ) throws -> Proved {
        let logEnd = Int64(callbacks.count)
        let decided = logEnd - Int64(undecided)
        let end = min(end ?? decided, decided)
        var proved = Proved()
        let proof = PartitionProof(
            ProofSetup(
                partition: 0, partitionCount: partitionCount, processor: settings, isWholeLog: start == 0,
                horizons: horizons),
            outputs: ProofOutputs(
                status: RecordList(outputs[.status] ?? []), review: RecordList(outputs[.review] ?? []),
                deadLetter: RecordList(outputs[.deadLetter] ?? []),
                reopen: { topic, offset in
                    RecordList((outputs[topic] ?? []).filter { $0.offset >= offset ?? 0 })
                }),
            scratch: InMemoryStore(),
            makeProcessor: { RecordProcessor(settings: $0, keys: keysOfToday ?? keys) },
            fault: { proved.faults.append($0) }, finding: { proved.findings.append($0) },
            output: { proved.outputs.append($0) })
        if start > 0 { try proof.skip(before: start) }
        for callback in callbacks where (start..<max(start, end)).contains(callback.offset) {
            try proof.replay(callback)
        }
        try proof.finish(end: end, logEnd: end == decided ? logEnd : nil)
        if end == decided {
            for callback in callbacks.dropFirst(Int(end)) { try proof.note(undecided: callback) }
            var changelog = RecordList(outputs[.changelog] ?? [])
            proof.compareResolutions()
            proved.payments = try proof.compare(
                changelog: &changelog, now: Timestamp(milliseconds: .max))
        } else {
            proved.payments = try proof.countPayments()
        }
        proved.account = proof.account
        return proved
    }
}

extension LoggedRecord {
    init(at offset: Int64, _ time: Timestamp, key: [UInt8]?, value: [UInt8]?) {
        switch (key, value) {
        case (let key?, let value?):
            self.init(offset: offset, time: time, key: key.span.bytes, value: value.span.bytes)
        case (let key?, nil): self.init(offset: offset, time: time, key: key.span.bytes, value: nil)
        case (nil, let value?): self.init(offset: offset, time: time, key: nil, value: value.span.bytes)
        case (nil, nil): self.init(offset: offset, time: time, key: nil, value: nil)
        }
    }

    mutating func add(_ name: StaticString, _ value: [UInt8]) { add(Array("\(name)".utf8), value) }

    mutating func add(_ name: [UInt8], _ value: [UInt8]) { addHeader(name.span.bytes, value.span.bytes) }

    /// The record with some of it changed.
    func with(key: [UInt8]? = nil, value: [UInt8]? = nil, header: (index: Int, value: [UInt8])? = nil) -> Self
    {
        var record = LoggedRecord(
            at: offset, time, key: key ?? keyBytes.map { Array($0) },
            value: value ?? valueBytes.map { Array($0) })
        for (index, old) in headers.enumerated() {
            let value = old.value.map { Array(bytes[$0]) } ?? []
            record.add(Array(bytes[old.name]), header?.index == index ? header?.value ?? value : value)
        }
        return record
    }
}
