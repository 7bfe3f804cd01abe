// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A command of the merchant's side with a keys file of project 1234.
final class MerchantCommand {
    static let banks = [
        "banks", "--project", "1234", "--payment-amount", "10000", "--payment-currency", "USD",
    ]
    static let purchase = [
        "purchase", "gate", "--project", "1234", "--payment-id", "payment_47", "--payment-amount", "10000",
        "--payment-currency", "USD", "--customer-id", "customer_123", "--customer-ip-address",
        "198.51.100.47", "--account-bank-id", "61021",
    ]

    let process: ChildProcess
    private let folder: TemporaryDirectory

    /// Starts the command.
    ///
    /// - Parameter hasReader: whether its standard output is read.
    init(
        _ arguments: [String], gate url: String, _ environment: [String: String] = [:],
        hasReader: Bool = true
    ) throws {
        folder = try TemporaryDirectory()
        let keys = "projects: {1234: {keys: [{id: main, secret_env: MAIN_SECRET}]}}\n"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        let own = [
            "TIDINGS_KEYS_FILE": folder.file("keys.yaml").path, "MAIN_SECRET": "secret of project 1234",
            "TIDINGS_GATE_URL": url,
        ]
        let variables = own.merging(environment) { $1 }
        if hasReader {
            process = try ChildProcess.tidings(arguments, environment: variables)
        } else {
            // The only reader of the pipe has ended before the command begins.
            let shell = [
                "-c", #"exec 3> >(true); wait $!; exec "$@" >&3"#, "pipe",
                Repository.product("tidings").path,
            ]
            process = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"), shell + arguments, environment: variables)
        }
    }

    /// Waits for its end.
    func ending() -> ChildProcess.Ending? { process.waitForEnd(within: .seconds(180)) }
}
