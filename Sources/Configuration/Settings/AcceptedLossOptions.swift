// SPDX-License-Identifier: Apache-2.0
public import Payments
internal import Worker

/// What an operator accepts of what a worker's restore refuses. Flags only, because each belongs to one
/// incident.
public enum AcceptedLossOptions {
    private typealias Accepted = WorkerGroup.Settings

    /// Partitions whose changelog lost data, and the offset to start each at.
    public static let changelog = Setting(
        "accept_changelog_loss", .partitionOffsets("PARTITION:COMMITTED"),
        \Accepted.worker.accepted.changelog, sources: .flagOnly,
        "start these partitions at these offsets although the changelog lost data, as a refusal printed them")
    /// Where to start if a tool moved the offset.
    public static let startAt = Setting<AcceptedLosses.StartAt?>(
        "start_at", optional: .choice, \Accepted.worker.accepted.startAt, sources: .flagOnly,
        "if a tool moved the committed offset ahead: process the callbacks in between, or skip and count them"
    )
    /// Partitions of a callbacks topic that was recreated or truncated, and the offset each no longer
    /// reaches.
    public static let callbacks = Setting(
        "accept_callbacks_loss", .partitionOffsets("PARTITION:OFFSET"),
        \Accepted.worker.accepted.callbacks, sources: .flagOnly,
        "start these partitions at the beginning of a recreated or truncated callbacks topic, as a refusal printed them"
    )

    static let rows = [changelog.row, startAt.row, callbacks.row]
}

extension ValueKind where Value == [Int32: Int64] {
    /// Offsets by partition, such as `0:120,3:99`; empty means none.
    static func partitionOffsets(_ placeholder: String) -> ValueKind {
        ValueKind(
            form: .list(placeholder: placeholder),
            parse: { text throws(ValueProblem) in
                var offsets: [Int32: Int64] = [:]
                for element in try ValueKind<[String]>.list(of: placeholder).parse(text) {
                    guard let position = RecordPosition(element) else {
                        throw ValueProblem("is not PARTITION:OFFSET, or several separated by commas")
                    }
                    guard offsets.updateValue(position.offset, forKey: position.partition) == nil else {
                        throw ValueProblem("names partition \(position.partition) twice")
                    }
                }
                return offsets
            },
            spell: { offsets in
                offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
            })
    }
}
