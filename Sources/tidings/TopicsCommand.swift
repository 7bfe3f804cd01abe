// SPDX-License-Identifier: Apache-2.0
import Audit
import Configuration
import Kafka

/// `tidings topics create`, `tidings topics check` and `tidings topics acls`.
enum TopicsCommand {
    static func create(_ call: Call) throws -> ExitCode {
        let setup = try setup(call.settings)
        let creation = try setup.create(
            partitions: call.settings[TopicSettings.partitions],
            replication: call.settings[TopicSettings.replication])
        for (topic, outcome) in creation.outcomes {
            switch outcome {
            case .created: StandardOutput.write("created    \(topic)\n")
            case .untouched: StandardOutput.write("unchanged  \(topic)\n")
            case .refused(let error): StandardOutput.write("refused    \(topic): \(error.message)\n")
            }
        }
        printDifferences(creation.differences)
        if creation.isAsPlanned, !creation.hasChanged {
            StandardOutput.write("nothing changed: all topics were there, as asked for\n")
        }
        return creation.isAsPlanned ? .done : .wrong
    }

    static func check(_ call: Call) throws -> ExitCode {
        let setup = try setup(call.settings)
        let differences = try setup.check(
            partitions: call.settings[TopicSettings.expectedPartitions],
            replication: call.settings[TopicSettings.expectedReplication])
        printDifferences(differences)
        if differences.isEmpty { StandardOutput.write("all topics are as they should be\n") }
        return differences.isEmpty ? .done : .wrong
    }

    static func accessList(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let list = try settings.accessList()
        StandardOutput.write(
            settings[AccessOptions.strimzi]
                ? list.kafkaUsers(
                    cluster: settings[AccessOptions.strimziCluster],
                    authentication: settings[AccessOptions.strimziAuthentication].rawValue)
                : list.commands(
                    bootstrapServers: settings[KafkaSettings.bootstrapServers] ?? "localhost:9092"))
        return .done
    }

    private static func setup(_ settings: Settings) throws -> TopicSetup {
        let admin = try Admin(try settings.kafkaConfiguration(client: "topics"), log: settings.log)
        return TopicSetup(admin, plan: try settings.topicPlan())
    }

    private static func printDifferences(_ differences: [TopicDifference]) {
        for difference in differences { StandardOutput.write("differs    \(difference)\n") }
    }
}
