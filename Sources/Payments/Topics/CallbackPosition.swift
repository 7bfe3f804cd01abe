// SPDX-License-Identifier: Apache-2.0

/// A record of the callbacks topic, as a header names it: topic, partition and offset with `/` between them.
public struct CallbackPosition: Sendable, Hashable {
    public var topic: String
    public var partition: Int32
    public var offset: Int64

    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// - Returns: nil where the text is not one that `text` gives. A topic's name has no `/`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/" as Character, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        self.init(topic: String(parts[0]), partition: partition, offset: offset)
        guard self.text == text else { return nil }
    }

    public var text: String { "\(topic)/\(partition)/\(offset)" }
}
