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
    let fields: KeyValuePairs<StaticString, LogValue> = [
        "client": .text(String(cString: rd_kafka_name(client))), "facility": .text(facility),
        "line": .text(line),
    ]
    // librdkafka speaks syslog. A broker that closed a connection is an "error" to it, and passes
    // automatically.
    switch level {
    case ...2: context.log.error("librdkafka", fields)
    case 3, 4: context.log.warning("librdkafka", fields)
    case 5, 6: context.log.info("librdkafka", fields)
    default: context.log.debug("librdkafka", fields)
    }
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
            "Kafka client error; librdkafka tries again",
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
