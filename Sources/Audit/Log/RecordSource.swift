// SPDX-License-Identifier: Apache-2.0

/// One partition of a topic, read once from its beginning to its end.
public protocol RecordSource {
    /// The next record, in the order of the offsets; nil at the end.
    mutating func next() throws(TopicReadError) -> LoggedRecord?
}
