// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
internal import Telemetry

/// `log_cb`: hands librdkafka's line on, from whichever of its threads wrote it. Its lines name brokers,
/// topics and groups, never the content of a record.
func forwardLogLine(
    client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?, line: UnsafePointer<CChar>?
) {
    guard let client, let context = ClientContext.behind(rd_kafka_opaque(client)) else { return }
    let facility = facility.map { String(cString: $0) } ?? ""
    let line = line.map { String(cString: $0) } ?? ""
    if let topic = RefusedTopicLine(facility: facility, line: line)?.topic {
        context.refusedTopic.withLock { $0 = $0 ?? topic }
    }
    if let refused = RefusedConnectionLine(facility: facility, line: line) {
        context.refusedConnection.withLock { $0 = "\(refused)" }
    }
    let fields: KeyValuePairs<StaticString, LogValue> = [
        "client": .text(String(cString: rd_kafka_name(client))), "facility": .text(facility),
        "line": .text(line),
    ]
    // One configuration serves producers and consumers, so each gets properties of the other kind.
    if facility == "CONFWARN",
        line.hasSuffix("property and will be ignored by this producer instance")
            || line.hasSuffix("property and will be ignored by this consumer instance")
    {
        return context.log.debug("librdkafka", fields)
    }
    // librdkafka speaks syslog. A broker that closed a connection is an "error" to it, and passes
    // automatically.
    switch level {
    case ...2:
        context.log.error(
            "librdkafka", next: "the client fails and is replaced",
            advice: "look at the brokers' logs if it repeats", fields)
    case 3, 4:
        context.log.warning(
            "librdkafka", next: "the client tries again",
            advice: "look at the brokers, the addresses and the rights if it lasts", fields)
    case 5, 6: context.log.info("librdkafka", fields)
    default: context.log.debug("librdkafka", fields)
    }
}

/// The line that librdkafka writes when a connection to a broker ends because of credentials or a
/// certificate. Calls that wait for a broker meanwhile report only that they timed out.
package struct RefusedConnectionLine: Sendable, CustomStringConvertible {
    /// The broker, by its protocol, host and port.
    package let broker: String
    /// What was tried: `authentication` or `TLS handshake`.
    package let operation: String
    /// librdkafka's sentence.
    package let reason: String

    /// Nil for every other line.
    package init?(facility: String, line: String) {
        guard facility == "FAIL",
            let match = line.firstMatch(of: /(?:^|\]: )([a-z_]+:\/\/[^ ]+?)(?:\/[^ ]*)?: ([^\n]*)/),
            match.2.hasPrefix("SASL") || match.2.hasPrefix("SSL")
                || match.2.hasPrefix("Failed to verify broker")
                // OpenSSL's own line, of an alert that came after the handshake: `error:0A000412:SSL …`.
                || match.2.contains(/error:[0-9A-F]+:SSL/)
        else { return nil }
        broker = String(match.1)
        operation = match.2.hasPrefix("SASL") ? "authentication" : "TLS handshake"
        reason = String(match.2)
    }

    package var description: String { "\(broker) refused the \(operation): \(reason)" }
}

/// `error_cb`. Without it librdkafka writes a second line about each error of a connection.
func noteError(
    client: OpaquePointer?, code: Int32, reason: UnsafePointer<CChar>?, opaque: UnsafeMutableRawPointer?
) {
    guard let client, let context = ClientContext.behind(opaque) else { return }
    context.logError(
        KafkaError.Code(rawValue: code), reason.map { String(cString: $0) } ?? "",
        of: String(cString: rd_kafka_name(client)))
}

extension ClientContext {
    /// Logs an error that librdkafka reports to the application, unless its own line has the same fact: it
    /// writes one about each connection that fails. A fatal error is reported by the owner, who replaces the
    /// client.
    func logError(_ code: KafkaError.Code, _ reason: String, of client: String) {
        if let error = ProduceError(code), Self.loggedElsewhere.contains(error) { return }
        log.warning(
            "Kafka client error", next: "librdkafka tries again",
            advice: "look at the brokers and their logs if it lasts",
            ["client": .text(client), "error": .text(code.name), "reason": .text(reason)])
    }

    private static let loggedElsewhere: Set<ProduceError> = [
        .transport, .brokerNotResolved, .sslFailed, .authenticationFailed, .timedOut, .fatal,
    ]
}

/// The line that librdkafka writes for each partition that the coordinator does not add to a transaction. It
/// is the only place where librdkafka 2.0.2 names the topic: no record has a delivery report then, and the
/// error has only the code.
package struct RefusedTopicLine {
    package let topic: String

    /// Nil for every other line, and for partitions that were left out because of another's error.
    package init?(facility: String, line: String) {
        guard facility == "ADDPARTS", !line.hasSuffix(KafkaError.Code.operationNotAttempted.sentence),
            let match = line.firstMatch(of: /Failed to add partition "([^"]+)" \[/)
        else { return nil }
        topic = String(match.output.1)
    }
}
