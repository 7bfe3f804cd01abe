internal import CRDKafka
internal import Synchronization
internal import Telemetry

/// What a client's callbacks reach: its one opaque, kept alive until after the client is destroyed.
///
/// librdkafka's threads call `log`; all else is touched by the thread that polls the client, inside its calls.
final class ClientContext: Sendable {
    let log: Log
    /// A consumer's partitions.
    let assignment = Mutex(Assignment())
    /// The code of the first record of the open transaction that could not be delivered (0: none): the reason
    /// behind the "failed to flush" that the commit then reports.
    let failedDelivery = Atomic<Int32>(0)
    /// True for a consumer that has left its group.
    let isClosed = Atomic<Bool>(false)

    init(log: Log) { self.log = log }

    static func behind(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}
