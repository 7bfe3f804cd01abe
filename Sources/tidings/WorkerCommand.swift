import Configuration

/// `tidings worker`.
enum WorkerCommand {
    static func run(_ call: Call) throws -> ExitCode {
        throw ConfigurationError("tidings worker is not part of this build yet")
    }
}
