// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD

/// libmicrohttpd's form of every prepared response, made once and queued again and again. Each is there
/// twice: as registered, and closing the connection, for the time of draining.
///
/// Immutable after init; libmicrohttpd counts references to a response under its own lock, so that any thread
/// may queue it.
struct PreparedResponses: ~Copyable {
    private struct Prepared {
        let status: UInt32
        let response: OpaquePointer
        let closing: OpaquePointer
    }

    private let prepared: [Prepared]

    init(_ responses: Responses) {
        prepared = responses.all.map { response in
            Prepared(
                status: UInt32(response.status), response: Self.make(response, closes: response.closes),
                closing: Self.make(response, closes: true))
        }
    }

    deinit {
        for each in prepared {
            MHD_destroy_response(each.response)
            MHD_destroy_response(each.closing)
        }
    }

    func queue(_ answer: Answer, closing: Bool, on connection: OpaquePointer) -> MHD_Result {
        let each = prepared[Int(answer.index)]
        return MHD_queue_response(connection, each.status, closing ? each.closing : each.response)
    }

    /// A response made for one request alone.
    static func queue(_ response: Response, closing: Bool, on connection: OpaquePointer) -> MHD_Result {
        let made = make(response, closes: closing || response.closes)
        defer { MHD_destroy_response(made) }
        return MHD_queue_response(connection, UInt32(response.status), made)
    }

    private static func make(_ response: Response, closes: Bool) -> OpaquePointer {
        let made = response.body.withUnsafeBytes { body in
            MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { preconditionFailure("The system has memory for a response.") }
        for field in response.fields {
            let isAdded = MHD_add_response_header(made, field.name, field.value) == .YES
            precondition(isAdded, "A response's fields hold no control characters.")
        }
        if closes { MHD_add_response_header(made, "Connection", "close") }
        return made
    }
}
