import Configuration
import Testing

@Suite("Profile")
struct ProfileTests {
    @Test("every command that talks to Kafka or to Gate reads it")
    func everywhere() {
        for command in Command.allCases {
            let names = Set(command.rows.map(\.name))
            let isConnecting = names.contains("kafka.bootstrap_servers") || names.contains("gate.url")
            // `topics acls` names the brokers in what it prints, and contacts none.
            guard isConnecting, command != .topicsACLs else { continue }
            #expect(names.contains("profile"), "\(command.rawValue)")
        }
    }

    @Test("production refuses plain HTTP to Gate; development takes it")
    func gate() throws {
        let money = ["--payment-amount", "10000", "--payment-currency", "USD"]
        for command in [
            ["banks", "--project", "1234"] + money, ["status", "1234:payment_47"],
            ["reconcile", "--kafka-bootstrap-servers", "b:1"],
        ] {
            let arguments = command + ["--keys-file", "keys.yaml", "--gate-url", "http://127.0.0.1:1/"]
            _ = try readSettings(arguments).gate()
            let production = try readSettings(arguments + ["--profile", "production"])
            let error = try #require(throws: ConfigurationError.self) { _ = try production.gate() }
            #expect(error.description.contains("is plain HTTP, which profile production refuses"))
            #expect(error.description.contains("gate"), "\(error)")
        }
    }
}
