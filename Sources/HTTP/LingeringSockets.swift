// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization

/// Sockets on which the server has said its last word while the client may still be sending.
///
/// Closing a socket with unread input resets the connection, and a reset can take the answer from a client
/// that has not read it yet (RFC 9112 §9.6). So a connection that ends before its request was read ends in
/// steps: the answer is sent, the sending side is closed, what still comes is read and discarded until the
/// client closes, and only then is the socket closed. libmicrohttpd closes immediately; a duplicate of its
/// descriptor keeps the socket open.
///
/// Bounded in number, time and bytes: the oldest makes room, and a client that does not stop is reset. Any
/// thread adds, the sweeper's reads.
final class LingeringSockets: Sendable {
    /// Sockets at a time, beside those of libmicrohttpd.
    static let limit = 256
    /// How many times the body limit a client may send after its answer. Anyone who sends more does not read
    /// it.
    private static let bodies = 256

    private struct Entry {
        let descriptor: Int32
        /// Monotonic milliseconds.
        let deadline: Int64
        /// What the client may still send.
        var bytesLeft: Int
    }

    private let bytes: Int
    private let entries = Mutex<[Entry]>([])

    /// - Parameter bodyBytes: the largest body of a request.
    init(bodyBytes: Int) {
        bytes = Self.bodies * bodyBytes
    }

    deinit {
        closeAll()
    }

    var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// Closes the sending side of a socket and keeps its receiving side open. The caller's descriptor stays
    /// the caller's.
    func add(_ socket: Int32, until deadline: Int64) {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        shutdown(descriptor, Int32(SHUT_WR))
        let oldest: Entry? = entries.withLock { entries in
            entries.append(Entry(descriptor: descriptor, deadline: deadline, bytesLeft: bytes))
            return entries.count > Self.limit ? entries.removeFirst() : nil
        }
        if let oldest { Self.end(oldest) }
    }

    /// Discards what has come and closes the sockets whose clients have closed or whose time is over.
    func drain(now: Int64) {
        let waiting = takeAll()
        if waiting.isEmpty { return }
        var left: [Entry] = []
        for var entry in waiting {
            if Self.hasEnded(&entry) || entry.deadline <= now {
                Self.end(entry)
            } else {
                left.append(entry)
            }
        }
        // What was added meanwhile is younger.
        entries.withLock { $0 = left + $0 }
    }

    /// Closes all of them.
    func closeAll() {
        for entry in takeAll() { Self.end(entry) }
    }

    private func takeAll() -> [Entry] {
        entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
    }

    /// Discards what has come; whether there is nothing more to wait for.
    private static func hasEnded(_ entry: inout Entry) -> Bool {
        while entry.bytesLeft > 0 {
            // Without a buffer Linux discards what it reads from a TCP socket (tcp(7), MSG_TRUNC).
            let count = recv(entry.descriptor, nil, 1 << 20, Int32(MSG_DONTWAIT | MSG_TRUNC))
            if count > 0 {
                entry.bytesLeft -= count
            } else if count == 0 {
                return true
            } else if errno != EINTR {
                return errno != EAGAIN
            }
        }
        return true
    }

    /// Where libmicrohttpd still has the connection, the shutdown lets it notice the end.
    private static func end(_ entry: Entry) {
        shutdown(entry.descriptor, Int32(SHUT_RDWR))
        close(entry.descriptor)
    }
}
