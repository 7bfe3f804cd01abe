// SPDX-License-Identifier: Apache-2.0

/// The table of commands: parsing, help and the dispatch of the executable are made from it.
extension Command {
    var description: CommandDescription {
        switch self {
        case .ingress, .worker, .demo: service
        case .topicsCreate, .topicsCheck, .topicsACLs: topics
        case .sign, .verify: signature
        case .prove, .inspect: audit
        case .reviewList, .reviewShow, .reviewRelease, .reviewDismiss: review
        case .deadLetterList, .deadLetterShow, .deadLetterRedrive: deadLetter
        case .replay: replay
        case .offsetsShow: offsets
        case .purchasePage, .purchaseGate: purchase
        case .banks, .status: question
        case .reconcile: reconciliation
        case .platformServe, .platformListen, .platformTrigger, .platformReplay, .platformLoad: platform
        case .configCheck, .configPrint, .configSchema, .configReference, .configMetrics:
            configuration
        case .completion, .manual, .version: aboutItself
        }
    }

    static let unreachable = (code: ExitCode.unreachable, when: "Kafka cannot be reached")

    /// What a command needs that decides again what the workers decided.
    static let replaying: [SettingRow] =
        CommonSettings.logging + KafkaSettings.rows + [CallbackSettings.optionalKeysFile.row]
        + CallbackSettings.limits + CallbackSettings.event
        + [WorkerSettings.group.row, WorkerSettings.verification.row] + DeduplicationSettings.rows

    private var service: CommandDescription {
        switch self {
        case .ingress:
            CommandDescription(
                summary: "take callbacks over HTTP, verify them and write them to Kafka",
                details: """
                    Answers 200 only once the broker has confirmed the callback. SIGHUP reads the keys file and the
                    certificate again; SIGTERM or SIGINT stops orderly: what is under way is answered first. Without
                    Kafka it runs, is not ready, and answers 503.
                    """,
                settings: CommonSettings.logging + [IngressSettings.managementAddress.row]
                    + KafkaSettings.rows
                    + CallbackSettings.keys + CallbackSettings.limits + IngressSettings.rows,
                examples: ["tidings ingress --kafka-bootstrap-servers localhost:9092 --keys-file keys.yaml"],
                exitCodes: [(.wrong, "it cannot listen, or it broke while serving")])
        case .worker:
            CommandDescription(
                summary: "decide what each callback reports, and publish it exactly once",
                details: """
                    Any number of workers share the partitions; each process needs a separate slot. With
                    --worker-verify missing (the default) or always it needs the keys file. Without Kafka it runs,
                    is not ready, and waits; with --fail-fast it exits.

                    SIGHUP reads the keys file again. SIGTERM or SIGINT stops orderly and keeps the partitions for a
                    restart; SIGUSR1, and each stop with --worker-leave-on-stop, gives them to the other workers.

                    A partition whose changelog, callbacks or committed offset contradicts its progress is not processed;
                    log and readiness then give the flag that accepts it. A flag names partitions and offsets and
                    accepts no other loss, so it may stay in a unit file.

                    With --shadow it publishes nothing, commits nothing and joins no group. It takes the payment states
                    that the workers of --worker-group have when it starts, decides each callback after them with its
                    own rules and settings, compares the outputs, and counts and logs the differences. It keeps the
                    states in --scratch-dir and needs no slot.
                    """,
                settings: CommonSettings.logging + [WorkerSettings.managementAddress.row] + KafkaSettings.rows
                    + CallbackSettings.optionalKeys + CallbackSettings.limits + CallbackSettings.event
                    + WorkerSettings.rows + DeduplicationSettings.rows + AcceptedLossOptions.rows
                    + StartOptions.worker,
                examples: [
                    "tidings worker --kafka-bootstrap-servers localhost:9092 --keys-file keys.yaml --worker-slot 0"
                ],
                exitCodes: [
                    (.wrong, "it broke, a topic is not as it must be, or another process took its slot"),
                    (.unreachable, "Kafka cannot be reached, with --fail-fast"),
                ])
        default:
            CommandDescription(
                summary: "show all of it in one process, on a Kafka cluster in memory",
                details: """
                    Starts a cluster, an ingress and a worker on free ports, acts as the platform over HTTP and
                    shows each request, its answer, each event and an account that adds up.
                    """,
                settings: CommonSettings.logging + DemoOptions.rows,
                examples: ["tidings demo", "tidings demo --serve"],
                exitCodes: [(.wrong, "something was not as expected")])
        }
    }

    private var topics: CommandDescription {
        switch self {
        case .topicsCreate:
            CommandDescription(
                summary: "create the five topics; those that are there are left alone",
                settings: CommonSettings.logging + KafkaSettings.rows
                    + [
                        TopicSettings.partitions.row, TopicSettings.replication.row,
                        TopicSettings.retention.row,
                    ] + CallbackSettings.sizes + DeduplicationSettings.rows,
                examples: [
                    "tidings topics create --kafka-bootstrap-servers localhost:9092 --partitions 12 --replication 3"
                ],
                exitCodes: [(.wrong, "a topic differs or could not be created"), Self.unreachable])
        case .topicsACLs:
            CommandDescription(
                summary: "print the access-control entries that each principal needs",
                details: """
                    One line of kafka-acls.sh for each entry, or Strimzi KafkaUsers. The list is the least set: with
                    an entry left out the service is not ready, or the command exits 1, and names the missing
                    right. Kafka is not contacted.
                    """,
                settings: AccessOptions.rows + [
                    CommonSettings.configFile.row, KafkaSettings.bootstrapServers.row.madeOptional,
                ] + KafkaSettings.topics + [WorkerSettings.group.row],
                examples: [
                    "tidings topics acls --kafka-bootstrap-servers localhost:9092",
                    "tidings topics acls --principal ingress=callbacks-ingress --strimzi",
                ])
        default:
            CommandDescription(
                summary: "say what differs between the topics and what they should be",
                settings: CommonSettings.logging + KafkaSettings.rows
                    + [
                        TopicSettings.expectedPartitions.row, TopicSettings.expectedReplication.row,
                        TopicSettings.retention.row,
                    ] + CallbackSettings.sizes + DeduplicationSettings.rows,
                examples: ["tidings topics check --kafka-bootstrap-servers localhost:9092"],
                exitCodes: [(.wrong, "something differs"), Self.unreachable])
        }
    }

    private var signature: CommandDescription {
        switch self {
        case .sign:
            CommandDescription(
                summary: "print a callback with its signature put in",
                operands: .optionalFile,
                settings: [SignatureOptions.secretFile.row],
                examples: ["tidings sign --secret-file secret.txt callback.json"],
                exitCodes: [(.wrong, "the body cannot be signed")])
        default:
            CommandDescription(
                summary: "say whether a callback is signed, by which rule, and whether it is clear",
                details: """
                    Prints one JSON object. With --batch it reads lines {"body":"…","secret":"…"} and answers a
                    line each, in order, with the string to sign; it then exits 0 unless a line was no such object.
                    """,
                operands: .optionalFile,
                settings: [
                    SignatureOptions.optionalSecretFile.row, SignatureOptions.batch.row,
                    SignatureOptions.event.row,
                ] + CallbackSettings.limits + KafkaSettings.topics,
                examples: [
                    "tidings verify --secret-file secret.txt callback.json",
                    "tidings verify --batch lines.jsonl",
                ],
                exitCodes: [(.wrong, "not valid"), (.ambiguous, "valid but ambiguous")])
        }
    }

    private var audit: CommandDescription {
        switch self {
        case .prove:
            CommandDescription(
                summary: "show that the topics hold what the callbacks lead to, and nothing else",
                details: """
                    Derives every decision again from the callbacks, with the settings of the workers, and compares
                    each record byte for byte. Reports what became of every callback, and what is missing, doubled,
                    forged or changed. Without a keys file, and where today's keys do not verify, the workers'
                    word is taken for what was verified.
                    """,
                settings: AuditOptions.proof + Self.replaying,
                examples: [
                    "tidings prove --kafka-bootstrap-servers localhost:9092",
                    "tidings prove --from -2h --json --kafka-bootstrap-servers localhost:9092",
                ],
                exitCodes: [(.wrong, "something is not as it should be"), Self.unreachable])
        default:
            CommandDescription(
                summary: "show a payment's callbacks, decisions and events, in order",
                details: """
                    Reads the one partition that the payment is in. The payment is named by its project and its
                    id, or by its key: 1234:payment_47, token:1234:…, recurring:1234:…, request:1234:… .
                    """,
                operands: .payment,
                settings: AuditOptions.inspection + Self.replaying,
                examples: ["tidings inspect 1234 payment_47 --kafka-bootstrap-servers localhost:9092"],
                exitCodes: [
                    (.wrong, "there is no such payment, or its records are not as they should be"),
                    Self.unreachable,
                ])
        }
    }
}
