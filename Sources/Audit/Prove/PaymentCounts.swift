// SPDX-License-Identifier: Apache-2.0

/// How many payments a range reports.
public struct PaymentCounts: Sendable, Equatable {
    /// With their whole history in the range.
    public internal(set) var whole = 0
    /// With a history before the range, taken up at their first event.
    public internal(set) var resumed = 0
    /// Of which no event is in the range: nothing about them can be checked.
    public internal(set) var unknown = 0
    /// Of all these, those that later callbacks report too: their states were not compared.
    public internal(set) var moving = 0

    public init() {}

    mutating func add(_ auditRecord: PaymentAuditRecord) {
        switch auditRecord.kind {
        case .whole: whole += 1
        case .resumed: if auditRecord.isAssumedNew { unknown += 1 } else { resumed += 1 }
        case .unknown: unknown += 1
        case .stranger: break
        }
        if auditRecord.isMoving { moving += 1 }
    }

    public static func += (left: inout PaymentCounts, right: PaymentCounts) {
        left.whole += right.whole
        left.resumed += right.resumed
        left.unknown += right.unknown
        left.moving += right.moving
    }
}
