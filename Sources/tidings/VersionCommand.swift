import Configuration
import Kafka

/// `tidings version`: what a report of a fault should tell.
enum VersionCommand {
    static func run() -> ExitCode {
        StandardOutput.write("tidings \(Version.text)\nlibrdkafka \(KafkaVersion.text)\n")
        return .done
    }
}
