/// Flags of `sign` and `verify`.
public enum SignatureOptions {
    /// The file of the secret to sign with.
    public static let secretFile = Setting(
        "secret_file", .path("FILE"), default: nil, sources: .flagOnly, "the file of the secret")
    /// The file of the secret to verify with; `--batch` needs none.
    public static let optionalSecretFile = Setting<String?>(
        "secret_file", optional: .path("FILE"), sources: .flagOnly, "the file of the secret; not with --batch"
    )
    /// Whether lines of bodies and secrets are read.
    public static let batch = Setting(
        "batch", .toggle, default: "false", sources: .flagOnly, "read lines {\"body\":\"…\",\"secret\":\"…\"}"
    )
    /// Whether the event is added to the answer.
    public static let event = Setting(
        "event", .toggle, default: "false", sources: .flagOnly,
        "add the event that would be published if this were the first callback of its operation")
}

/// Flags of `demo`.
public enum DemoOptions {
    /// Whether it stays up.
    public static let serve = Setting(
        "serve", .toggle, default: "false", sources: .flagOnly,
        "stay up instead, and print the addresses and a curl line to paste")

    static let rows = [serve.row]
}
