// SPDX-License-Identifier: Apache-2.0

/// What a server does with requests. One instance belongs to one loop thread and is never called from
/// another, so it may keep buffers and keyed contexts without locks.
public protocol RequestHandler: AnyObject {
    /// The head is there and has passed the gate; nothing of the body was read. An answer given here to a
    /// request with a body closes the connection.
    func admit(_ request: borrowing Request) -> Admission

    /// The whole body is there. It is borrowed: copy what must outlive the call.
    func respond(to request: borrowing Request, body: RawSpan) -> Reply
}

/// What to do with a request of which only the head is known.
public enum Admission: Sendable {
    /// Read the body and come back with it. The mark is handed back as ``Request/mark``: what the path meant,
    /// so that it is not parsed twice.
    case read(mark: Int64)
    case answer(Answer)
}

/// What to do with a request that is wholly there.
public enum Reply: Sendable {
    case now(Answer)
    /// A response that was made for this request alone.
    case made(Response)
    /// The handler has called ``Request/hold()``; a later call is ``Server/answer(_:with:)``, or the
    /// deadline does.
    case held
}

/// The methods that a handler can report apart.
public enum Method: UInt8, Sendable {
    case get, head, post, other
}
