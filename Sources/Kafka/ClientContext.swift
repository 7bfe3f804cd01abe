internal import CRDKafka
internal import Synchronization

/// What a client's callbacks reach: its one opaque, kept alive until after the client is destroyed.
///
/// librdkafka's threads call `log`; all else is touched by the thread that polls the client, inside its calls.
final class ClientContext: Sendable {
    let log: ClientLog
    /// A consumer's partitions.
    let assignment = Mutex(Assignment())
    /// The code of the first record of the open transaction that could not be delivered (0: none): the reason
    /// behind the "failed to flush" that the commit then reports.
    let failedDelivery = Atomic<Int32>(0)
    /// True for a consumer that has left its group.
    let isClosed = Atomic<Bool>(false)

    init(log: @escaping ClientLog) { self.log = log }

    static func behind(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// `log_cb`: hands librdkafka's line on, from whichever of its threads wrote it.
func forwardLogLine(
    client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?, line: UnsafePointer<CChar>?
) {
    guard let client, let context = ClientContext.behind(rd_kafka_opaque(client)) else { return }
    context.log(
        ClientLogLine(
            level: .init(syslog: level), facility: facility.map { String(cString: $0) } ?? "",
            message: line.map { String(cString: $0) } ?? ""))
}
