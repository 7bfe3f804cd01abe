// SPDX-License-Identifier: Apache-2.0
internal import CGnuTLS
internal import CMicroHTTPD
internal import Glibc

/// An answer written past libmicrohttpd, where it has none to give: it queues no response while a body comes
/// in, and closes without an answer on a request line that it cannot read.
///
/// All answers before it on the connection have been sent by then: a connection's requests are read one after
/// the other. Loop thread, which alone uses the session of a connection.
enum WireAnswer {
    case badRequest
    case contentTooLarge

    private var text: StaticString {
        switch self {
        case .badRequest: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        case .contentTooLarge:
            "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        }
    }

    /// - Parameter session: GnuTLS' session of the connection; nil without TLS.
    func send(on socket: Int32, session: UnsafeMutableRawPointer?) {
        if let session { return tls_session_send(session, text.utf8Start, text.utf8CodeUnitCount) }
        _ = Glibc.send(socket, text.utf8Start, text.utf8CodeUnitCount, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// Whether the other side waits for a first answer: it may still send, and was sent nothing yet, not even
    /// an answer of libmicrohttpd's own.
    static func isAwaited(on socket: Int32) -> Bool {
        maySend(socket) && http_socket_has_sent(socket) == 0
    }

    /// Whether the other side may still send: it has neither closed the connection nor ended its input.
    static func maySend(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count > 0 || count < 0 && errno == EAGAIN
    }
}
