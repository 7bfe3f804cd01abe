/// The version of this software, by semantic versioning: what a minor version may change is told in the README.
public enum Version {
    /// Such as `0.1.0`.
    public static let text = "0.1.0"
}
