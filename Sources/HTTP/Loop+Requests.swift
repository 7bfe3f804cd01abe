// SPDX-License-Identifier: Apache-2.0
internal import CGnuTLS
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization
internal import System

/// What libmicrohttpd's callbacks do, in the order a request meets them. All of it runs on the loop thread.
extension Loop {
    typealias Slot = UnsafeMutablePointer<ConnectionSlot>

    func connectionStarted(_ connection: OpaquePointer) -> Slot? {
        guard let number = free.popLast() else { return nil }
        let place = places + number
        place.pointee.peer = http_connection_address(connection).map(IPAddress.init) ?? .unspecified
        place.pointee.isKept = false
        place.pointee.isUnread = true
        place.pointee.isLingering = false
        place.pointee.openedAt = 0
        place.pointee.connection = connection
        secure(place, connection)
        place.pointee.setDeadline(after: headersDeadline)
        let socket = http_connection_socket(connection)
        sockets.withLock { $0[number] = socket }
        telemetry.connectionOpened()
        return place
    }

    /// Gives a new connection the newest certificate. libmicrohttpd begins the handshake later.
    private func secure(_ place: Slot, _ connection: OpaquePointer) {
        guard let current = credentials.withLock({ $0 }), let session = http_connection_session(connection)
        else { return }
        current.use(in: session)
        place.pointee.session = session
        place.pointee.credentials = current
        place.pointee.isTrusted = nil
    }

    func connectionEnded(_ place: Slot) {
        answerUnreadableLine(place)
        linger(place)
        abandonHeld(place)
        place.pointee.connection = nil
        place.pointee.session = nil
        sockets.withLock { $0[place.pointee.number] = -1 }
        place.pointee.deadline.store(.max, ordering: .relaxed)
        place.pointee.exchange.end()
        place.pointee.body.clear()
        place.pointee.early = nil
        free.append(place.pointee.number)
        telemetry.connectionClosed()
    }

    /// A connection that ends before its first request line was read, while its client still waits, was
    /// closed by libmicrohttpd for that line. On a kept connection the same looks like the end after a last
    /// answer: there it is a plain close.
    private func answerUnreadableLine(_ place: Slot) {
        guard settings.tls == nil, !place.pointee.isKept, place.pointee.exchange.snapshot.phase == .idle,
            !isDraining.load(ordering: .relaxed)
        else { return }
        let socket = sockets.withLock { $0[place.pointee.number] }
        if WireAnswer.isAwaited(on: socket) { WireAnswer.badRequest.send(on: socket, session: nil) }
    }

    /// Keeps the socket open a little where its client may still be sending, so that the client gets its
    /// answer and not a reset.
    private func linger(_ place: Slot) {
        let socket = sockets.withLock { $0[place.pointee.number] }
        guard
            !place.pointee.isLingering,
            place.pointee.isUnread || isDraining.load(ordering: .relaxed)
                || http_socket_has_unread(socket) != 0, WireAnswer.maySend(socket)
        else { return }
        lingering.add(socket, until: MonotonicClock.milliseconds &+ bodyDeadline)
        place.pointee.isLingering = true
    }

    func requestOpened(_ place: Slot, uriBytes: Int) {
        place.pointee.uriBytes = uriBytes
        place.pointee.isUnread = true
        place.pointee.openedAt = MonotonicClock.microseconds
        // A new connection's deadline goes on counting from its start.
        if place.pointee.isKept { place.pointee.setDeadline(after: headersDeadline) }
        place.pointee.exchange.advance(to: .opened)
    }

    /// The head is there: the gate, then the handler.
    func requestAdmitted(
        _ place: Slot, _ connection: OpaquePointer,
        path: UnsafePointer<CChar>, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> MHD_Result {
        place.pointee.setDeadline(after: bodyDeadline)
        place.pointee.exchange.advance(to: .reading)
        var facts = RequestFacts(
            connection, method: method, version: version, uriBytes: place.pointee.uriBytes)
        facts.lacksClientCertificate = !isTrusted(place)
        if let rule = GateRule.firstBroken(by: facts, limits: settings.limits) {
            telemetry.refused(by: rule)
            return queue(answers.refusals[rule], place, connection)
        }
        let request = Request(
            method: method, path: path, peer: place.pointee.peer, mark: 0, connection: connection, loop: self,
            place: place.pointee.number)
        switch handler.admit(request) {
        case .read(let mark):
            place.pointee.mark = mark
            place.pointee.isChunked = facts.isChunked
            place.pointee.fruitlessWaits = 0
            return .YES
        case .answer(let answer) where facts.hasBody:
            return queue(answer, place, connection)
        case .answer(let answer):
            // libmicrohttpd closes a connection that is answered before its request is over, even where
            // nothing is left of it but the knowledge that it is.
            place.pointee.early = answer
            return .YES
        }
    }

    /// Checked once for each connection, before any body is read.
    private func isTrusted(_ place: Slot) -> Bool {
        guard let session = place.pointee.session,
            place.pointee.credentials?.requiresClientCertificate == true
        else { return true }
        if let known = place.pointee.isTrusted { return known }
        let isTrusted = tls_session_is_trusted(session) != 0
        place.pointee.isTrusted = isTrusted
        return isTrusted
    }

    /// One more piece of the body. False where it is larger than allowed, which only chunks can be by now.
    func bodyGrew(_ place: Slot, by piece: UnsafeRawBufferPointer) -> Bool {
        guard place.pointee.body.count + piece.count <= settings.limits.bodyBytes else {
            telemetry.oversizedBody()
            return false
        }
        place.pointee.body.append(piece)
        place.pointee.fruitlessWaits = 0
        return true
    }

    /// Ends the bodies whose chunk's first line has filled libmicrohttpd's memory: it reads on from none of
    /// them, and waits for a handler to take what is there, which is nothing. On a server too busy to come
    /// here their deadline does it.
    func refuseStuckBodies() {
        for number in 0..<placeCount {
            let place = places + number
            guard place.pointee.exchange.snapshot.phase == .reading, place.pointee.isChunked else { continue }
            let socket = sockets.withLock { $0[number] }
            guard http_socket_has_unread(socket) != 0 else { continue }
            place.pointee.fruitlessWaits += 1
            guard place.pointee.fruitlessWaits == 5 else { continue }
            telemetry.oversizedBody()
            WireAnswer.contentTooLarge.send(on: socket, session: place.pointee.session)
            // What still comes is discarded past libmicrohttpd; at the end of it libmicrohttpd sees the
            // socket closed.
            lingering.add(socket, until: MonotonicClock.milliseconds &+ bodyDeadline)
            place.pointee.isLingering = true
        }
    }

    /// Ends a connection in the middle of a body.
    func refuseOversizedBody(_ place: Slot, _ connection: OpaquePointer) -> MHD_Result {
        WireAnswer.contentTooLarge.send(
            on: http_connection_socket(connection), session: place.pointee.session)
        return .NO
    }

    /// The whole request is there.
    func requestRead(
        _ place: Slot, _ connection: OpaquePointer,
        path: UnsafePointer<CChar>, method: UnsafePointer<CChar>
    ) -> MHD_Result {
        place.pointee.isUnread = false
        let request = Request(
            method: method, path: path, peer: place.pointee.peer, mark: place.pointee.mark,
            connection: connection,
            loop: self, place: place.pointee.number)
        if let early = place.pointee.early.take() { return queue(early, place, connection) }
        let reply = handler.respond(to: request, body: place.pointee.body.bytes)
        switch reply {
        case .now(let answer):
            return queue(answer, place, connection)
        case .made(let response):
            beginSending(place)
            telemetry.answered(withStatus: response.status)
            let closing = isDraining.load(ordering: .relaxed)
            return PreparedResponses.queue(response, closing: closing, on: connection)
        case .held:
            return .YES
        }
    }

    /// A held request was answered.
    func requestAnswered(_ place: Slot, _ connection: OpaquePointer) -> MHD_Result {
        held -= 1
        telemetry.requestAnswered(afterMicroseconds: MonotonicClock.microseconds - place.pointee.heldAt)
        return queue(place.pointee.exchange.snapshot.answer, place, connection)
    }

    func requestEnded(_ place: Slot) {
        abandonHeld(place)
        if place.pointee.openedAt != 0 {
            telemetry.requestEnded(
                afterMicroseconds: MonotonicClock.microseconds - place.pointee.openedAt)
            place.pointee.openedAt = 0
        }
        place.pointee.body.clear()
        place.pointee.isKept = true
        place.pointee.setDeadline(after: idleDeadline)
        place.pointee.exchange.end()
    }

    /// The client has gone while its request was held: an answer now finds no client.
    private func abandonHeld(_ place: Slot) {
        let seen = place.pointee.exchange.snapshot
        guard seen.phase == .held || seen.phase == .answered else { return }
        held -= 1
        // Where this fails another thread was first, and the phase is past `held` as well.
        _ = place.pointee.exchange.answer(seen.generation, with: answers.stopping)
        place.pointee.exchange.advance(to: .sending)
    }

    private func beginSending(_ place: Slot) {
        place.pointee.setDeadline(after: writeDeadline)
        place.pointee.exchange.advance(to: .sending)
    }

    private func queue(
        _ answer: Answer, _ place: Slot, _ connection: OpaquePointer
    ) -> MHD_Result {
        beginSending(place)
        telemetry.answered(answer)
        return prepared.queue(answer, closing: isDraining.load(ordering: .relaxed), on: connection)
    }
}
