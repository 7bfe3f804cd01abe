// SPDX-License-Identifier: Apache-2.0

/// Everything a worker does to a record, and the same for anyone who checks the log again: what to write,
/// where, under which key, and what to remember. It reads no clock and touches nothing outside; the same
/// record, payment state and settings give the same bytes.
///
/// The steps, in this order; the first that ends it, ends it:
/// 1. a record without a value, or with a malformed receipt: dead letter;
/// 2. where the policy asks for it, the signature: dead letter;
/// 3. the body, read by the rule that verified: dead letter, or review where it is ambiguous or of no shape
///    and no release accepts that;
/// 4. the partition key: review where the record is in another partition;
/// 5. the decision, by the payment's state: an event, review, or a count.
///
/// Belongs to one thread: its buffers are used again for every record.
public struct RecordProcessor {
    /// Holds every range of the last verdict and its headers; what is behind them is of no meaning.
    public private(set) var bytes: [UInt8] = []
    /// The headers of the record that the last verdict asks for, in their order.
    public internal(set) var headers: [RecordOutputHeader] = []
    /// The keys that signatures are verified by; a reload replaces them. Nil verifies nothing.
    public var keys: KeyRing?

    /// What it decides by; anyone who expires payment states must use the same.
    public let settings: ProcessorSettings
    let constants: Constants
    private var reader: CallbackReader
    private var verifier: SignatureVerifier
    private var fingerprinter = Fingerprinter()
    /// Has the storage of `bytes` while a record is checked.
    var buffer: ByteBuffer
    var state = PaymentState()
    private var stateBytes: [UInt8] = []
    var key: [UInt8] = []

    public init(settings: ProcessorSettings, keys: KeyRing?) {
        self.settings = settings
        self.keys = keys
        reader = CallbackReader(limits: settings.limits)
        verifier = SignatureVerifier(limits: settings.limits)
        constants = Constants(settings)
        buffer = constants.head
        buffer.swapStorage(&bytes)
    }

    /// Checks one record.
    /// - Parameters:
    ///   - body: the record's value; nil where it has none.
    ///   - receipt: the record's headers.
    ///   - partitionCount: of the callbacks topic. With the key it says where the record belongs.
    ///   - time: the record's Kafka timestamp.
    ///   - lookUp: puts the payment state of a key into the array, which is given empty; false where there is
    ///     none.
    /// - Throws: what `lookUp` throws, and `damaged` where what it gave was never written by us. Nothing is
    ///   decided.
    public mutating func process(
        body: RawSpan?, receipt: borrowing ReceiptHeaders, position: RecordPosition,
        partitionCount: Int32, time: Timestamp,
        state lookUp: (_ key: RawSpan, _ state: inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) -> RecordOutput {
        buffer.swapStorage(&bytes)
        defer { buffer.swapStorage(&bytes) }
        buffer.truncate(to: constants.head.count)
        headers.removeAll(keepingCapacity: true)
        key.removeAll(keepingCapacity: true)
        let record = Record(position: position, time: time)
        guard let body else { return deadLetter(.nullValue, of: nil, receipt, record) }

        let trust: Trust
        do throws(DeadLetterCause) {
            trust = try findTrust(in: body, receipt, time)
        } catch {
            nameUntrusted(body)
            return deadLetter(error, of: body, receipt, record)
        }
        switch read(body, trust) {
        case .unreadable(let error):
            PartitionKey.derive(from: reader.lines, projectID: trust.projectID, body: body, into: &key)
            return deadLetter(.unreadable(error), of: body, receipt, record)
        case .ambiguous(let reasons):
            PartitionKey.derive(from: reader.lines, projectID: trust.projectID, body: body, into: &key)
            return review(.ambiguous, reasons, of: body, receipt, record)
        case .unknownShape(let reasons):
            PartitionKey.derive(from: reader.lines, projectID: trust.projectID, body: body, into: &key)
            return review(.unknownShape, reasons, of: body, receipt, record)
        case .clear(let callback):
            nameClear(callback, of: body, trust)
            let belongs = Murmur2.partition(of: key.span.bytes, count: Int(partitionCount))
            guard belongs == Int(position.partition) else {
                return review(.wrongPartition, [], of: body, receipt, record)
            }
            return try decide(callback, of: body, trust, receipt, record, state: lookUp)
        }
    }
}

extension RecordProcessor {
    /// Where and when a record is.
    struct Record {
        var position: RecordPosition
        var time: Timestamp
    }

    /// By which rule, and for which project, a body is believed.
    private struct Trust {
        var rule: SignatureRule
        /// Nil where it was not verified: the body is believed.
        var projectID: Int64?
        /// What the event says of it; absent without a receipt, since today's keys may differ from those of a
        /// replay.
        var receivedAt: Timestamp?
        var keyID = ByteRange.absent
        var receiptRule: SignatureRule?
        /// What a person has accepted, and the range of their name in the receipt's bytes.
        var release: Release?
        var releasedBy = ByteRange.absent
        var origin: ReceiptOrigin?
    }

    private mutating func findTrust(
        in body: RawSpan, _ receipt: borrowing ReceiptHeaders, _ time: Timestamp
    ) throws(DeadLetterCause) -> Trust {
        var trust = Trust(rule: .natural)
        let isVerified: Bool
        switch receipt.read() {
        case .malformed: throw .malformedReceipt
        case .absent:
            isVerified = settings.verification == .never
        case .receipt(let receivedAt, let keyID, let rule, let projectID, let origin):
            trust = Trust(
                rule: rule, projectID: projectID, receivedAt: receivedAt, keyID: keyID, receiptRule: rule,
                origin: origin)
            isVerified = settings.verification != .always
        }
        if settings.believesReleases {
            switch receipt.readRelease() {
            case .absent: break
            case .malformed: throw .malformedRelease
            case .release(let release):
                trust.release = release
                trust.releasedBy = receipt.values[ReceiptHeaders.Field.releasedBy.rawValue] ?? .absent
            }
        }
        if isVerified { return trust }
        guard let keys else { throw .unverified }
        let verification: Verification
        do throws(JSONError) {
            verification = try verifier.verify(body, project: trust.projectID, keys: keys, now: time)
        } catch {
            throw .unreadable(error)
        }
        guard case .verified(let match) = verification else { throw .unverified }
        trust.rule = match.rule
        trust.projectID = match.projectID
        return trust
    }

    /// Reads a body as its release accepts it, unless its key is then another than that of its review record:
    /// no one can accept such a text.
    private mutating func read(_ body: RawSpan, _ trust: Trust) -> Reading {
        let accepted = trust.release?.acceptedReasons ?? []
        let reading = reader.read(body, rule: trust.rule, projectID: trust.projectID, accepting: accepted)
        guard !accepted.isEmpty, case .clear(let callback) = reading else { return reading }
        nameClear(callback, of: body, trust)
        let name = key
        PartitionKey.derive(from: reader.lines, projectID: trust.projectID, body: body, into: &key)
        if key == name { return reading }
        return reader.read(body, rule: trust.rule, projectID: trust.projectID)
    }

    /// The key of a clear callback, which has its payment's id at hand. Where there is another name to find,
    /// or the key could be too long, the lines are asked. A test holds the two alike.
    private mutating func nameClear(_ callback: borrowing Callback, of body: RawSpan, _ trust: Trust) {
        let id = callback.payment.id
        // 20 digits and a colon at most before the id.
        if id.isEmpty || id.count + 21 > PartitionKey.longestBytes {
            PartitionKey.derive(from: reader.lines, projectID: trust.projectID, body: body, into: &key)
        } else {
            let paymentID = callback.bytes.span.extracting(id.range)
            PartitionKey.derive(projectID: callback.projectID, paymentID: paymentID, into: &key)
        }
    }

    /// The key of an unverified body: it is kept beside the payment that it claims to be of.
    private mutating func nameUntrusted(_ body: RawSpan) {
        _ = reader.read(body, rule: .natural, projectID: nil)
        PartitionKey.derive(from: reader.lines, projectID: nil, body: body, into: &key)
    }

    private mutating func decide(
        _ callback: borrowing Callback, of body: RawSpan, _ trust: Trust, _ receipt: borrowing ReceiptHeaders,
        _ record: Record,
        state lookUp: (_ key: RawSpan, _ state: inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) -> RecordOutput {
        let key = key
        try readState(of: key, lookUp)
        let fingerprint = fingerprinter.fingerprint(of: callback)
        let outcome = state.decide(
            callback, fingerprint: fingerprint, at: record.time, settings: settings.deduplication,
            release: trust.release, repeatedAt: receipt.repeatedAt)

        let length = buffer.count
        var stateRange: ByteRange?
        if outcome.hasChanged {
            state.append(to: &buffer)
            stateRange = ByteRange(start: Int32(length), end: Int32(buffer.count))
            if buffer.count - length > settings.deduplication.largestStateBytes {
                return tooLarge("payment-state", of: body, receipt, record, undoingTo: length)
            }
        }
        var output: RecordOutput
        switch outcome.decision.topic {
        case .status:
            let event = Event(
                type: EventType(callback, decision: outcome.decision), fingerprint: fingerprint,
                previous: outcome.previous, isSuperseded: outcome.isSuperseded, position: record.position,
                receivedAt: trust.receivedAt ?? record.time,
                keyID: trust.keyID, signatureRule: trust.receiptRule, releasedBy: trust.releasedBy,
                origin: trust.origin)
            guard let published = publish(event, of: callback, outcome, receipt) else {
                return tooLarge("event", of: body, receipt, record, undoingTo: length)
            }
            output = published
        case .review:
            let reasons = outcome.reason.map { [Reason($0, "")] } ?? []
            output = review(outcome.decision, reasons, of: body, receipt, record)
        case nil:
            output = RecordOutput(decision: outcome.decision, reason: outcome.decision.name)
            output.key = append(key)
        case .callbacks, .deadLetter, .changelog:
            preconditionFailure("a payment state decided for a topic that decisions do not publish to")
        }
        output.state = stateRange
        output.hasUnknownStatus = outcome.hasUnknownStatus
        output.unreadLines = callback.unreadLines
        return output
    }

    /// Reads the state of the payment into `state`; an unknown payment has an empty one.
    private mutating func readState(
        of key: [UInt8], _ lookUp: (_ key: RawSpan, _ state: inout [UInt8]) throws(PaymentStateError) -> Bool
    ) throws(PaymentStateError) {
        stateBytes.removeAll(keepingCapacity: true)
        if try lookUp(key.span.bytes, &stateBytes) {
            let found = stateBytes
            try state.decode(found.span.bytes)
        } else {
            state.removeAll()
        }
    }

    /// The decision about a callback whose event or payment state would be larger than the settings allow:
    /// manual review, with the payment state unchanged. What was made of it so far is dropped.
    private mutating func tooLarge(
        _ path: String, of body: RawSpan, _ receipt: borrowing ReceiptHeaders, _ record: Record,
        undoingTo length: Int
    ) -> RecordOutput {
        buffer.truncate(to: length)
        headers.removeAll(keepingCapacity: true)
        return review(.unknownShape, [Reason(.tooLarge, path)], of: body, receipt, record)
    }
}
