internal import CRDKafka

/// One line that librdkafka wrote about its own doing.
public struct ClientLogLine: Sendable {
    /// The syslog levels that librdkafka uses, folded to those a log has.
    public enum Level: Sendable {
        case error, warning, info, debug

        init(syslog level: Int32) {
            self =
                switch level {
                case ...3: .error
                case 4: .warning
                case 5, 6: .info
                default: .debug
                }
        }
    }

    public let level: Level
    /// librdkafka's name for the part that speaks, such as `FAIL` or `REBALANCE`.
    public let facility: String
    /// Names brokers, topics and groups; never the content of a record.
    public let message: String
}

/// Where librdkafka's lines go. Called from its threads, possibly several at once: it must not block.
public typealias ClientLog = @Sendable (ClientLogLine) -> Void
