import Configuration

/// `tidings sign`.
enum SignCommand {
    static func run(_ call: Call) throws -> ExitCode {
        throw ConfigurationError("tidings sign is not part of this build yet")
    }
}
