// SPDX-License-Identifier: Apache-2.0

/// The callback that an output record says it comes from.
public struct Origin: Sendable, Equatable {
    public var topic: [UInt8]
    public var partition: Int64
    public var offset: Int64

    public init(topic: [UInt8], partition: Int64, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}
