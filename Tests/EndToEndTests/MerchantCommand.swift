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
    init(_ arguments: [String], gate url: String, _ environment: [String: String] = [:]) throws {
        folder = try TemporaryDirectory()
        let keys = "projects: {1234: {keys: [{id: main, secret_env: MAIN_SECRET}]}}\n"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        let own = [
            "TIDINGS_KEYS_FILE": folder.file("keys.yaml").path, "MAIN_SECRET": "secret of project 1234",
            "TIDINGS_GATE_URL": url,
        ]
        process = try ChildProcess.tidings(arguments, environment: own.merging(environment) { $1 })
    }

    /// Waits for its end.
    func ending() -> ChildProcess.Ending? { process.waitForEnd(within: .seconds(180)) }
}
