// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Glibc

// libmicrohttpd's callbacks: each finds its loop and its place and says in one call what happened. A loop
// outlives its daemon, so the unretained reference holds.

private func loop(_ context: UnsafeMutableRawPointer) -> Loop {
    Unmanaged<Loop>.fromOpaque(context).takeUnretainedValue()
}

private func place(_ context: UnsafeMutableRawPointer?) -> Loop.Slot? {
    context?.assumingMemoryBound(to: ConnectionSlot.self)
}

let connectionChanged: MHD_NotifyConnectionCallback = { context, connection, socketContext, change in
    guard let context, let connection, let socketContext else { return }
    // A place that is free again lets libmicrohttpd accept, from its next turn on.
    loop(context).hasAdvanced = true
    if change == .CONNECTION_NOTIFY_STARTED {
        socketContext.pointee = UnsafeMutableRawPointer(loop(context).connectionStarted(connection))
    } else if let place = place(socketContext.pointee) {
        loop(context).connectionEnded(place)
        socketContext.pointee = nil
    }
}

let requestLineRead:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) ->
        UnsafeMutableRawPointer? = {
            context, uri, connection in
            guard let context, let uri, let connection, let found = http_connection_context(connection),
                let place = place(found)
            else { return nil }
            let loop = loop(context)
            loop.hasAdvanced = true
            loop.requestOpened(place, uriBytes: strlen(uri))
            // What is returned here comes back as the request's own context.
            return found
        }

/// Paths are taken as sent: an escape such as `%00` would otherwise cut a path short.
let pathUnescape:
    @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int = {
        _, _, text in
        text.map { strlen($0) } ?? 0
    }

let requestAdvanced: MHD_AccessHandlerCallback = {
    context, connection, path, method, version, piece, pieceBytes, requestContext in
    guard let context, let connection, let path, let method, let version, let pieceBytes,
        let place = place(requestContext?.pointee)
    else { return .NO }
    let phase = place.pointee.exchange.snapshot.phase
    // Asked at every turn, and so nothing else is touched for it, not even the references to the loop
    // counted.
    if phase == .held { return .YES }
    let loop = loop(context)
    loop.hasAdvanced = true
    switch phase {
    case .opened:
        return loop.requestAdmitted(place, connection, path: path, method: method, version: version)
    case .reading where pieceBytes.pointee > 0:
        let isTaken = loop.bodyGrew(
            place, by: UnsafeRawBufferPointer(start: piece, count: pieceBytes.pointee))
        guard isTaken else { return loop.refuseOversizedBody(place, connection) }
        pieceBytes.pointee = 0
        return .YES
    case .reading:
        return loop.requestRead(place, connection, path: path, method: method)
    case .answered:
        return loop.requestAnswered(place, connection)
    case .idle, .held, .sending:
        return .YES
    }
}

let requestCompleted: MHD_RequestCompletedCallback = { context, _, requestContext, _ in
    guard let context, let place = place(requestContext?.pointee) else { return }
    loop(context).requestEnded(place)
}
