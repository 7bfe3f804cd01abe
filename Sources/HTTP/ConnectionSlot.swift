// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
internal import System

/// What a loop knows of one connection. Places are made once, when the server starts, and used again by the
/// next connection; no request allocates.
struct ConnectionSlot: ~Copyable {
    /// Its number in the loop, the same permanently.
    let number: Int

    // Any thread.
    let exchange = Exchange()
    /// Monotonic milliseconds after which the sweeper acts; written before the phase it belongs to.
    let deadline = Atomic<Int64>(.max)
    /// What the handler noted with the hold; written before it.
    let note = Atomic<Int64>(0)

    // Loop thread alone.
    var peer = IPAddress.unspecified
    var uriBytes = 0
    /// Whether a request was answered on this connection before.
    var isKept = false
    var mark: Int64 = 0
    /// Monotonic microseconds.
    var heldAt: Int64 = 0
    /// When the request line was there, in monotonic microseconds; 0 where none is.
    var openedAt: Int64 = 0
    /// Whether the client may still be sending: its request was not read to the end.
    var isUnread = true
    /// Whether the socket is already among those that linger.
    var isLingering = false
    /// libmicrohttpd's handle of the connection, while it has one.
    var connection: OpaquePointer?
    /// GnuTLS' session, where there is one.
    var session: UnsafeMutableRawPointer?
    /// What the session uses. Kept until the next connection of this place, since the session ends after its
    /// connection.
    var credentials: TLSCredentials?
    /// Whether the client's certificate is trusted; nil before it was checked.
    var isTrusted: Bool?
    /// What the handler answered by the head alone, until the request is over.
    var early: Answer?
    var body = BodyBuffer()
    var isChunked = false
    /// How often nothing was read of this body while there was something to read.
    var fruitlessWaits = 0

    func setDeadline(after duration: Int64) {
        deadline.store(MonotonicClock.milliseconds &+ duration, ordering: .relaxed)
    }
}
