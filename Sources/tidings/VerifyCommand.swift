import Configuration

/// `tidings verify`.
enum VerifyCommand {
    static func run(_ call: Call) throws -> ExitCode {
        throw ConfigurationError("tidings verify is not part of this build yet")
    }
}
