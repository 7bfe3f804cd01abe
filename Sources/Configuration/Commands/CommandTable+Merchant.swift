// SPDX-License-Identifier: Apache-2.0

/// The merchant's commands and the simulator.
extension Command {
    private static let questionCodes: [(code: ExitCode, when: String)] = [
        (.wrong, "the platform refused the request"), (.notSent, "nothing was sent"),
        (.outcomeUnknown, "there is no readable answer"),
    ]

    var purchase: CommandDescription {
        switch self {
        case .purchasePage:
            CommandDescription(
                summary: "make the signed parameters of a Payment Page",
                details: """
                    Prints the parameters, the URL to redirect the customer to, and what happens next. Nothing is sent.
                    The key is the project's active key of the keys file.
                    """,
                settings: CommonSettings.logging + GateOptions.page + [CallbackSettings.keysFile.row]
                    + GateSettings.page,
                examples: [
                    """
                    tidings purchase page --project 1234 --payment-id payment_47 --payment-amount 10000 \
                    --payment-currency USD --force-payment-method banks-cambodia
                    """
                ])
        default:
            CommandDescription(
                summary: "buy through Gate, once",
                details: """
                    Sends one purchase. It is sent again only where it provably did not arrive; where that is unknown,
                    the platform is asked for its status. With --follow the payment's events are printed until its
                    status is final, and the code is 0 for success, 1 for another final status, 6 at the deadline.
                    """,
                settings: CommonSettings.logging + GateOptions.gate + [CallbackSettings.keysFile.row]
                    + GateSettings.connection + KafkaSettings.rows.map(\.madeOptional),
                examples: [
                    """
                    tidings purchase gate --project 1234 --payment-id payment_47 --payment-amount 10000 \
                    --payment-currency USD --customer-id customer_123 --customer-ip-address 198.51.100.47 \
                    --account-bank-id 61021
                    """
                ],
                exitCodes: [
                    (.wrong, "the platform refused the purchase"), Self.unreachable,
                    (.notSent, "nothing was sent"),
                    (.outcomeUnknown, "outcome unknown: do not buy again, run tidings status"),
                ])
        }
    }

    var question: CommandDescription {
        switch self {
        case .banks:
            CommandDescription(
                summary: "list the banks of a payment method",
                settings: CommonSettings.logging + GateOptions.banks + [CallbackSettings.keysFile.row]
                    + GateSettings.connection + [CommonSettings.profile.row],
                examples: ["tidings banks --project 1234 --payment-amount 10000 --payment-currency USD"],
                exitCodes: Self.questionCodes)
        default:
            CommandDescription(
                summary: "ask the platform for the status of a payment",
                details: "The payment is named by its project and its id: 1234:payment_47.",
                operands: .payment,
                settings: CommonSettings.logging + GateOptions.status + [CallbackSettings.keysFile.row]
                    + GateSettings.connection + [CommonSettings.profile.row],
                examples: ["tidings status 1234:payment_47"], exitCodes: Self.questionCodes)
        }
    }

    var reconciliation: CommandDescription {
        CommandDescription(
            summary: "ask the platform about payments without a final status",
            details: """
                Finds them on the status topic and in the file of --payments, and lists them. With --execute it asks the
                platform and writes each operation of an answer to the callbacks topic, signed with the project's key, so
                that workers decide it as every callback. What is known already is decided as a duplicate, so it may be
                stopped at any point and run again. Without --continuous it asks once about each payment.
                """,
            settings: CommonSettings.logging + ReconcileSettings.options + ReconcileSettings.rows
                + [ReconcileSettings.managementAddress.row] + CallbackSettings.keys
                + GateSettings.requests + KafkaSettings.rows + CallbackSettings.limits
                + [DeduplicationSettings.dateTolerance.row],
            examples: [
                "tidings reconcile --payments open-orders.txt",
                "tidings reconcile --execute --continuous --reconcile-rate 5/s",
            ],
            exitCodes: [
                (.wrong, "a request was refused or has no readable answer, or an answer was not written"),
                Self.unreachable,
            ])
    }

    var platform: CommandDescription {
        switch self {
        case .platformServe:
            CommandDescription(
                summary: "simulate the platform: Gate, Payment Page, a bank and signed callbacks",
                details: """
                    Uses the projects and active keys of the keys file. No money moves. GET / lists its payments and
                    GET /metrics its metrics, on loopback only. Refused with profile production, and for a
                    callback URL of another machine unless --allow-remote is given.
                    """,
                settings: CommonSettings.logging + [CallbackSettings.keysFile.row] + PlatformSettings.serve,
                examples: [
                    "tidings platform serve --keys-file keys.yaml --forward-to http://localhost:8080/callbacks"
                ], exitCodes: [(.wrong, "it broke while serving")])
        case .platformListen:
            CommandDescription(
                summary: "simulate the platform with a new secret, which is printed once",
                settings: CommonSettings.logging + PlatformSettings.listen,
                examples: ["tidings platform listen --forward-to http://localhost:8080/callbacks"],
                exitCodes: [(.wrong, "it broke while serving")])
        case .platformTrigger:
            CommandDescription(
                summary: "let the running simulator send the callbacks of a scenario",
                details:
                    "The scenario is a name of --list, or a YAML file (schemas/platform-scenario.schema.json).",
                operands: .word("SCENARIO"), settings: CommonSettings.logging + PlatformSettings.trigger,
                examples: ["tidings platform trigger success", "tidings platform trigger --list"],
                exitCodes: [(.wrong, "the simulator refused or does not answer")])
        case .platformLoad:
            CommandDescription(
                summary: "send the callbacks of many payments at a fixed rate, and measure",
                details: """
                    An open loop: the times of the callbacks are fixed, and latencies are measured from these times.
                    Prints the percentiles of the answers and, where Kafka is given, of the events. The file of
                    histories is a list: histories: [{scenario: success, weight: 9}, {scenario: decline, weight: 1}].
                    """,
                settings: CommonSettings.logging + PlatformSettings.load + [CallbackSettings.keysFile.row]
                    + KafkaSettings.rows.map(\.madeOptional),
                examples: [
                    """
                    tidings platform load --rate 500 --duration 60s --keys-file keys.yaml \
                    --forward-to http://localhost:8080/callbacks
                    """
                ],
                exitCodes: [
                    (.wrong, "a callback was not answered as it must be"), Self.unreachable,
                ])
        default:
            CommandDescription(
                summary: "repeat a run of a scenario exactly",
                details: "The run is its id, or the file of its record, as trigger --json printed it.",
                operands: .word("RUN"), settings: CommonSettings.logging + PlatformSettings.replay,
                examples: ["tidings platform replay 0f1e2d3c"],
                exitCodes: [(.wrong, "the simulator refused or does not answer")])
        }
    }
}
