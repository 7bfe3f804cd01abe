import Configuration

/// `tidings demo`.
enum DemoCommand {
    static func run(_ call: Call) throws -> ExitCode {
        throw ConfigurationError("tidings demo is not part of this build yet")
    }
}
