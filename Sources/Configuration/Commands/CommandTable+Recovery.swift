// SPDX-License-Identifier: Apache-2.0

/// Commands that look at what the workers have processed, and repair it.
extension Command {
    var replay: CommandDescription {
        CommandDescription(
            summary: "publish what is missing, compare, or build new topics, from the callbacks",
            details: """
                Decides all callbacks again, as the workers did. Prints a plan and changes nothing, unless
                --execute is given. Records are published byte for byte as the workers would have, with the header
                tidings-replayed. Only callbacks that the workers have processed are looked at, so workers may run.
                A replay that was killed goes on when it is run again; one replay of a group runs at a time.

                Where a published record differs from what is derived, nothing is published: --diff shows the
                differences, and --into builds a fresh set of topics by the rules of today. Where the callbacks
                topic no longer has every callback, that set is incomplete: it is reported, and the exit code is 1.
                """,
            settings: ReplayOptions.rows + Self.replaying + [TopicSettings.retention.row],
            examples: [
                "tidings replay --by-duration P1D --kafka-bootstrap-servers localhost:9092",
                "tidings replay --export plan.jsonl --kafka-bootstrap-servers localhost:9092",
                "tidings replay --execute --plan plan.jsonl --kafka-bootstrap-servers localhost:9092",
                "tidings replay --diff --json --kafka-bootstrap-servers localhost:9092",
                "tidings replay --into v2. --execute --kafka-bootstrap-servers localhost:9092",
            ],
            exitCodes: [
                (
                    .wrong,
                    "something is missing, differs or could not be published, or the topics of --into are incomplete"
                ), Self.unreachable,
            ])
    }

    var offsets: CommandDescription {
        CommandDescription(
            summary: "show each partition's offsets and what a restart of the workers would do",
            details: """
                Compares the group's committed offset with the progress in the changelog and the ends of the
                callbacks topic, as a worker does when it starts. Changes nothing. State stores on the workers'
                hosts, and the keys in the changelog, are not read.
                """,
            settings: [AuditOptions.json.row] + AcceptedLossOptions.rows + CommonSettings.logging
                + KafkaSettings.rows + [WorkerSettings.group.row],
            examples: ["tidings offsets show --kafka-bootstrap-servers localhost:9092"],
            exitCodes: [(.wrong, "a partition would not be processed"), Self.unreachable])
    }
}
