// SPDX-License-Identifier: Apache-2.0

/// The commands on what a person must decide.
extension Command {
    private static let topics = CommonSettings.logging + KafkaSettings.rows + [WorkerSettings.group.row]
    private static let deciding =
        topics + [CallbackSettings.optionalKeysFile.row] + CallbackSettings.limits
        + CallbackSettings.event + [WorkerSettings.verification.row] + DeduplicationSettings.rows

    var review: CommandDescription {
        switch self {
        case .reviewList:
            CommandDescription(
                summary: "list the callbacks that were held for review",
                details: "Items are named by the partition and offset of their callbacks.",
                settings: [ItemOptions.json.row, ItemOptions.all.row] + ItemOptions.filters + Self.topics,
                examples: [
                    "tidings review list --kafka-bootstrap-servers localhost:9092",
                    "tidings review list --reason conflict --since -7d --json",
                ],
                exitCodes: [(.wrong, "an item is open"), Self.unreachable])
        case .reviewShow:
            CommandDescription(
                summary: "show an item, its payment, and what a release would publish",
                details: """
                    Prints the fields of the callback, what it is held for with the lines concerned, the payment's
                    state and history, and the event of a release. What may be personal is masked.
                    """,
                operands: .items(isSeveral: false),
                settings: [ItemOptions.json.row, ItemOptions.unmask.row, ItemOptions.accept.row]
                    + Self.deciding,
                examples: ["tidings review show 3:1042 --kafka-bootstrap-servers localhost:9092"],
                exitCodes: [(.wrong, "there is no such item"), Self.unreachable])
        case .reviewRelease:
            CommandDescription(
                summary: "publish a callback that was held for review",
                details: """
                    Writes the callback to the callbacks topic again, with what you accept, and resolves the item, in
                    one transaction. A worker then decides it as any other but for that. Your name and reason are
                    published. An unknown shape and a record in the wrong partition can only be dismissed. Run
                    again with the same items, it refuses those that are resolved and goes on with the others.
                    """,
                operands: .items(isSeveral: true),
                settings: [ItemOptions.decisionReason.row, ItemOptions.by.row, ItemOptions.accept.row]
                    + Self.deciding,
                examples: [
                    """
                    tidings review release 3:1042 --reason "the bank confirms it" \
                    --kafka-bootstrap-servers localhost:9092
                    """
                ],
                exitCodes: [
                    (.wrong, "one is resolved, cannot be released, or would publish nothing"),
                    Self.unreachable,
                ])
        default:
            CommandDescription(
                summary: "resolve an item without publishing it",
                operands: .items(isSeveral: true),
                settings: [ItemOptions.decisionReason.row, ItemOptions.by.row] + Self.topics,
                examples: [
                    """
                    tidings review dismiss 3:1042 --reason "sent twice by mistake" \
                    --kafka-bootstrap-servers localhost:9092
                    """
                ],
                exitCodes: [(.wrong, "one is resolved, or there is no such item"), Self.unreachable])
        }
    }

    var deadLetter: CommandDescription {
        switch self {
        case .deadLetterList:
            CommandDescription(
                summary: "list the records that could not be read or trusted",
                details: "Dead letters are named by the partition and offset of their callbacks.",
                settings: [ItemOptions.json.row, ItemOptions.all.row] + ItemOptions.filters + Self.topics,
                examples: [
                    "tidings dead-letter list --kafka-bootstrap-servers localhost:9092",
                    "tidings dead-letter list --reason unverified --since -7d --json",
                ],
                exitCodes: [(.wrong, "one is open"), Self.unreachable])
        case .deadLetterShow:
            CommandDescription(
                summary: "show a dead letter",
                operands: .items(isSeveral: false),
                settings: [ItemOptions.json.row, ItemOptions.showBody.row, ItemOptions.unmask.row]
                    + Self.topics + CallbackSettings.limits,
                examples: ["tidings dead-letter show 3:1042 --kafka-bootstrap-servers localhost:9092"],
                exitCodes: [(.wrong, "there is no such dead letter"), Self.unreachable])
        default:
            CommandDescription(
                summary: "have dead letters decided again once their cause is removed",
                details: """
                    Prints the plan; with --execute it writes each callback to the callbacks topic again, as it was,
                    and resolves the dead letter, in one transaction each. What would become a dead letter again, by
                    these settings and keys, is refused, and so is a callback that was redriven three times. Run
                    again, it goes on with those that are open.
                    """,
                settings: [
                    ItemOptions.execute.row, ItemOptions.json.row, ItemOptions.by.row,
                    ItemOptions.stopAfter.row,
                ] + ItemOptions.filters + Self.deciding,
                examples: [
                    """
                    tidings dead-letter redrive --reason unverified --keys-file keys.yaml \
                    --kafka-bootstrap-servers localhost:9092
                    """,
                    """
                    tidings dead-letter redrive --position 3:1042 --execute --keys-file keys.yaml \
                    --kafka-bootstrap-servers localhost:9092
                    """,
                ],
                exitCodes: [(.wrong, "one was not redriven"), Self.unreachable])
        }
    }
}
