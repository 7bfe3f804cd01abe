// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Kafka

/// A callback answered 200 is in Kafka.
///
/// The report thread brings every delivery report here, and this is the only place that answers 200. It does
/// so for one outcome: all in-sync replicas have the record (`acks=all`, idempotent producer). Everything
/// else is 503, also a record that may have been written: the platform delivers the callback again, and the
/// worker recognises the duplicate.
struct Confirmation: Sendable {
    let server: Server
    let answers: IngressAnswers
    let telemetry: IngressTelemetry
    let lastAccepted: LastAccepted
    /// Nil where tracing is off.
    let traces: CallbackTraces?

    /// Answers the request that the record was written for. Report thread.
    func received(_ report: borrowing DeliveryReport) {
        let ticket = Ticket(rawValue: report.slot)
        switch report.outcome {
        case .persisted:
            // Read before the answer: afterwards the connection may already serve its next request.
            let projectID = server.note(of: ticket)
            guard server.answer(ticket, with: answers.accepted) else {
                // The deadline was first, and its 503 is on its way.
                traces?.end(ticket, status: 503)
                return telemetry.callbackUnconfirmed()
            }
            traces?.end(ticket, status: 200)
            telemetry.callbackAccepted()
            lastAccepted.recordAcceptance(of: projectID)
        case .possiblyPersisted(let code), .failed(let code):
            telemetry.unwritten.callbackUnwritten(code)
            traces?.end(ticket, status: 503, failure: code)
            guard server.answer(ticket, with: answers.unavailable) else {
                return telemetry.callbackUnconfirmed()
            }
            telemetry.callbackUnavailable()
        }
    }
}
