internal import CRDKafka
internal import Telemetry

/// `log_cb`: hands librdkafka's line on, from whichever of its threads wrote it. Its lines name brokers, topics
/// and groups, never the content of a record.
func forwardLogLine(
    client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?, line: UnsafePointer<CChar>?
) {
    guard let client, let context = ClientContext.behind(rd_kafka_opaque(client)) else { return }
    let facility = facility.map { String(cString: $0) } ?? ""
    let line = line.map { String(cString: $0) } ?? ""
    // librdkafka speaks syslog. A broker that closed a connection is an "error" to it, and passes by itself.
    switch level {
    case ...2: context.log.error("librdkafka", ["facility": .text(facility), "line": .text(line)])
    case 3, 4: context.log.warning("librdkafka", ["facility": .text(facility), "line": .text(line)])
    case 5, 6: context.log.info("librdkafka", ["facility": .text(facility), "line": .text(line)])
    default: context.log.debug("librdkafka", ["facility": .text(facility), "line": .text(line)])
    }
}
