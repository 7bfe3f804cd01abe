import Configuration

/// `tidings ingress`.
enum IngressCommand {
    static func run(_ call: Call) throws -> ExitCode {
        throw ConfigurationError("tidings ingress is not part of this build yet")
    }
}
