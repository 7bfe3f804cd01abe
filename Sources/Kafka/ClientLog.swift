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
    // librdkafka speaks syslog. A broker that closed a connection is an "error" to it, and passes
    // automatically.
    switch level {
    case ...2: context.log.error("librdkafka", ["facility": .text(facility), "line": .text(line)])
    case 3, 4: context.log.warning("librdkafka", ["facility": .text(facility), "line": .text(line)])
    case 5, 6: context.log.info("librdkafka", ["facility": .text(facility), "line": .text(line)])
    default: context.log.debug("librdkafka", ["facility": .text(facility), "line": .text(line)])
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
