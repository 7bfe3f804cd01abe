// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Holds back what would exceed a number of records in a second.
struct Pace {
    private let perSecond: Int?
    private var began: ContinuousClock.Instant?
    private var count = 0

    /// - Parameter perSecond: nil holds nothing back.
    init(perSecond: Int?) {
        self.perSecond = perSecond
    }

    /// Blocks until `records` more may be published.
    mutating func wait(for records: Int) {
        guard let perSecond else { return }
        let start = began ?? .now
        began = start
        let due = start + .milliseconds(Int64(count) * 1000 / Int64(max(perSecond, 1)))
        count += records
        while true {
            let left = ContinuousClock.now.duration(to: due)
            guard left > .zero else { return }
            usleep(UInt32(min(left / .microseconds(1), 100_000)))
        }
    }
}
