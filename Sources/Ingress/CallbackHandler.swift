// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Kafka
internal import Payments
internal import Synchronization
internal import System
internal import Telemetry

/// What happens to a callback on the loop thread, in a fixed order: address, parse, keys, signature, key of
/// the record, hold, produce. What it means is decided by the worker, so that a replay can decide again with
/// better rules.
///
/// ``Confirmation`` answers what is held. Confined to its loop's thread; all its buffers are used again for
/// the next callback.
final class CallbackHandler: RequestHandler {
    private let answers: IngressAnswers
    private let origin: Origin
    private let limit: UnverifiedLimit
    private let telemetry: IngressTelemetry
    private let callbacks: CallbackProducer
    private let signatures: ProjectSignatures
    private let server: Server
    /// Nil where tracing is off.
    private let traces: CallbackTraces?

    private var keys: Replaceable<KeyRing>.Reader
    private var producer: Replaceable<AcknowledgedProducer>.Reader
    private var meters: KeyMeters
    private var verifier: SignatureVerifier
    private var receipts = ReceiptWriter()
    private var recordKey: [UInt8] = []

    init(
        server: Server, callbacks: CallbackProducer, keys: Replaceable<KeyRing>,
        signatures: ProjectSignatures, answers: IngressAnswers, origin: Origin, limit: UnverifiedLimit,
        limits: JSONLimits, telemetry: IngressTelemetry, traces: CallbackTraces?
    ) {
        self.server = server
        self.callbacks = callbacks
        self.signatures = signatures
        self.answers = answers
        self.origin = origin
        self.limit = limit
        self.telemetry = telemetry
        self.traces = traces
        let keys = Replaceable.Reader(keys)
        meters = KeyMeters(keys.value, signatures: signatures.rows, metrics: telemetry.metrics)
        self.keys = keys
        producer = Replaceable.Reader(callbacks.producer)
        verifier = SignatureVerifier(limits: limits)
        recordKey.reserveCapacity(PartitionKey.longestBytes + 64)
    }

    func admit(_ request: borrowing Request) -> Admission {
        let route = Route(request.path)
        guard route != .unknown else {
            telemetry.door.unknownPath()
            return .answer(answers.notFound)
        }
        guard request.method == .post else {
            telemetry.door.wrongMethod()
            return .answer(answers.notAllowed)
        }
        if !origin.allowed.isEmpty, !origin.allows(origin.sender(of: request)) {
            telemetry.addressNotAllowed()
            return .answer(answers.refused)
        }
        return .read(mark: route.mark)
    }

    func respond(to request: borrowing Request, body: RawSpan) -> Reply {
        // A trace that anyone could have sent is not trusted.
        let parent = origin.trusts(request.peer) ? CallbackTraces.parent(in: request) : nil
        guard let traces, let span = traces.begin(below: parent) else {
            return respond(to: request, body: body, trace: parent == nil ? .none : .received)
        }
        let reply = respond(to: request, body: body, trace: .recorded(span.send.context), span)
        if case .now(let answer) = reply { traces.end(span, status: answers.status(of: answer)) }
        return reply
    }

    private func respond(
        to request: borrowing Request, body: RawSpan, trace: CallbackTrace,
        _ span: CallbackTraces.Spans? = nil
    ) -> Reply {
        let receivedAt = Timestamp.now
        if keys.refresh() {
            meters = KeyMeters(keys.value, signatures: signatures.rows, metrics: telemetry.metrics)
        }
        let verification: Verification
        do throws(JSONError) {
            verification = try verifier.verify(
                body, project: request.mark > 0 ? request.mark : nil, keys: keys.value, now: receivedAt)
        } catch {
            return unverified(request, answers.malformed) { telemetry.callbackMalformed(error) }
        }
        switch verification {
        case .verified(let match):
            return write(match, body, of: request, at: receivedAt, trace, span)
        case .refused(.missingSignature):
            return unverified(request, answers.unsigned) { telemetry.callbackUnsigned() }
        case .refused(.missingProject):
            return unverified(request, answers.noProject) { telemetry.callbackWithoutProject() }
        case .refused(.mismatch(let shadow)):
            if let shadow { meters.shadowed(shadow) }
            return unverified(request, answers.refused) {
                telemetry.callbackRefused()
                noteMismatch(request, body)
            }
        }
    }

    private func write(
        _ match: Verification.Match, _ body: RawSpan, of request: borrowing Request, at receivedAt: Timestamp,
        _ trace: CallbackTrace, _ span: CallbackTraces.Spans?
    ) -> Reply {
        meters.verified(match)
        _ = producer.refresh()
        guard
            callbacks.isReachable.load(ordering: .relaxed)
                || producer.value.inFlight < CallbackProducer.inFlightWhileUnreachable
        else {
            telemetry.callbackUnavailable()
            telemetry.unwritten.callbackUnwritten(.queueFull)
            return .now(answers.unavailable)
        }
        PartitionKey.derive(from: verifier.lines, projectID: match.projectID, body: body, into: &recordKey)
        let headers = receipts.headers(
            for: match, from: origin.sender(of: request), at: receivedAt, of: request, trace: trace)
        let recordKey = recordKey
        // Held before it is produced: the report may come before `produce` returns.
        let ticket = request.hold(note: match.projectID)
        if let span { traces?.hold(span, for: ticket) }
        do throws(KafkaError) {
            try producer.value.produce(
                slot: ticket.rawValue, key: recordKey.span.bytes, value: body, headers: headers,
                timestamp: receivedAt.milliseconds)
        } catch {
            if server.answer(ticket, with: answers.unavailable) { telemetry.callbackUnavailable() }
            traces?.end(ticket, status: 503)
            callbacks.noteRefusal(error)
        }
        return .held
    }

    /// The project is that of the path, else that of the body, as the verifier took it.
    private func noteMismatch(_ request: borrowing Request, _ body: RawSpan) {
        let project =
            request.mark > 0
            ? request.mark : SignatureField(in: verifier.tree).projectID(in: verifier.tree)
        if let project { signatures.recordFailure(of: project, body: body) }
    }

    /// A callback that does not verify: 429 where its address has sent too many such, else what it deserves.
    private func unverified(
        _ request: borrowing Request, _ answer: Answer, _ note: () -> Void
    ) -> Reply {
        guard limit.take(origin.sender(of: request), now: MonotonicClock.milliseconds) else {
            telemetry.callbackLimited()
            return .now(answers.limited)
        }
        note()
        return .now(answer)
    }
}

extension Timestamp {
    /// The wall clock: what a receipt says and the record's timestamp is.
    static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
