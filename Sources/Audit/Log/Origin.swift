// SPDX-License-Identifier: Apache-2.0

/// The callback that an output record says it comes from.
public struct Origin: Sendable, Equatable {
    public var topic: [UInt8]
    public var partition: Int64
    public var offset: Int64
}
