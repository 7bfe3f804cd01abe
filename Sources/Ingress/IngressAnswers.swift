// SPDX-License-Identifier: Apache-2.0
internal import HTTP

/// Every answer to a callback, made once. A refusal says the same to everybody; which key, which project and
/// why is for the operator's log and metrics alone.
struct IngressAnswers: Sendable {
    /// Kafka has it. Accepted means exactly 200; the platform ignores the body, so it is empty.
    let accepted: Answer
    let malformed: Answer
    let unsigned: Answer
    let noProject: Answer
    /// Wrong signature, unknown project and an address that is not allowed: one answer for all.
    let refused: Answer
    let notFound: Answer
    let notAllowed: Answer
    let limited: Answer
    let unavailable: Answer

    /// The status of one of these.
    func status(of answer: Answer) -> Int {
        switch answer {
        case accepted: 200
        case malformed, unsigned, noProject: 400
        case refused: 403
        case notFound: 404
        case notAllowed: 405
        case limited: 429
        default: 503
        }
    }

    init(in responses: inout Responses, retryAfter: Duration) {
        let retry = Response.Field("Retry-After", "\(max(retryAfter.components.seconds, 1))")
        accepted = responses.prepare(Response(status: 200))
        malformed = responses.prepare(
            Response(status: 400, text: "the body is not a valid JSON object (RFC 8259)"))
        unsigned = responses.prepare(Response(status: 400, text: "the body has no signature"))
        noProject = responses.prepare(Response(status: 400, text: "the body has no project_id"))
        refused = responses.prepare(Response(status: 403, text: "refused"))
        notFound = responses.prepare(
            Response(status: 404, text: "callbacks are posted to /callbacks or /callbacks/{project}"))
        notAllowed = responses.prepare(
            Response(
                status: 405, text: "callbacks are sent with POST", fields: [Response.Field("Allow", "POST")]))
        limited = responses.prepare(
            Response(status: 429, text: "too many requests that do not verify", fields: [retry]))
        unavailable = responses.prepare(
            Response(status: 503, text: "temporarily unable to accept callbacks", fields: [retry]))
    }
}
