/// What an operator accepts of what a worker's restore refuses. Flags only, because each belongs to one incident.
public enum AcceptedLossOptions {
    /// Where to start if a tool moved the group's offset ahead of the partition progress.
    public enum StartAt: String, Sendable, CaseIterable {
        /// Process the callbacks in between.
        case progress
        /// Skip them.
        case committed
    }

    /// Partitions whose changelog lost data, and the offset to start each at.
    public static let changelog = Setting<[String]>(
        "accept-changelog-loss", .list(of: "PARTITION:COMMITTED"), default: "", sources: .flagOnly,
        "start these partitions at these offsets although the changelog lost data, as a refusal printed them")
    /// Where to start if a tool moved the offset.
    public static let startAt = Setting<StartAt?>(
        "start-at", optional: .choice, sources: .flagOnly,
        "if a tool moved the committed offset ahead: process the callbacks in between, or skip and count them"
    )
    /// Partitions of a callbacks topic that was recreated or truncated, and the offset each no longer reaches.
    public static let callbacks = Setting<[String]>(
        "accept-callbacks-loss", .list(of: "PARTITION:OFFSET"), default: "", sources: .flagOnly,
        "start these partitions at the beginning of a recreated or truncated callbacks topic, as a refusal printed them"
    )

    static let rows = [changelog.row, startAt.row, callbacks.row]
}
