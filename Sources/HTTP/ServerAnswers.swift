// SPDX-License-Identifier: Apache-2.0

/// The answers that a server gives automatically.
struct ServerAnswers: Sendable {
    /// One for each of ``GateRule/all``, at the same place.
    let refusals: [Answer]
    /// A held request that was not answered in time.
    let deadline: Answer
    /// A held request when the server stops.
    let stopping: Answer

    init(in responses: inout Responses, retryAfter: Duration) {
        refusals = GateRule.all.map { responses.prepare($0.response) }
        let retry = Response.Field("Retry-After", "\(max(retryAfter.components.seconds, 1))")
        deadline = responses.prepare(Response(status: 503, text: "no confirmation in time", fields: [retry]))
        stopping = responses.prepare(
            Response(status: 503, text: "the server is stopping", fields: [retry], closes: true))
    }
}
