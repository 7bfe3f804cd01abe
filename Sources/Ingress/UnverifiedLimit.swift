// SPDX-License-Identifier: Apache-2.0
package import HTTP
internal import Synchronization

/// How often an address may send what does not verify: a bucket of tokens for each, filled evenly.
///
/// Only unverified requests are counted and only they are refused, so that guessing is slow and the platform
/// never is, even where it shares an address with an attacker who guesses. The table is of fixed size: where
/// a row of it is full, the address that has guessed least gives its place up.
package final class UnverifiedLimit: Sendable {
    private static let rows = 1024
    private static let placesInRow = 4
    /// What one request takes. So large that a millisecond fills a bucket by exactly the rate per minute.
    private static let token: Int64 = 60_000

    private struct Bucket: BitwiseCopyable {
        var address = IPAddress.unspecified
        var level: Int64 = 0
        var filledAt: Int64 = .min
    }

    private let perMinute: Int64
    private let buckets: Mutex<[Bucket]>

    /// - Parameter perMinute: 0 means no limit; a minute's worth may come together.
    package init(perMinute: Int) {
        self.perMinute = Int64(perMinute)
        buckets = Mutex(Array(repeating: Bucket(), count: perMinute == 0 ? 0 : Self.rows * Self.placesInRow))
    }

    /// Counts one unverified request; false where the address has had its share.
    ///
    /// - Parameter now: milliseconds of a clock that only goes forwards.
    package func take(_ address: IPAddress, now: Int64) -> Bool {
        guard perMinute > 0 else { return true }
        let key = Self.key(address)
        let row = Self.row(of: key)
        return buckets.withLock { buckets in
            let place = place(of: key, in: row, buckets, now: now)
            if buckets[place].address != key || buckets[place].filledAt == .min {
                buckets[place] = Bucket(address: key, level: full, filledAt: now)
            }
            buckets[place].level = level(of: buckets[place], now: now)
            buckets[place].filledAt = max(now, buckets[place].filledAt)
            guard buckets[place].level >= Self.token else { return false }
            buckets[place].level -= Self.token
            return true
        }
    }

    private var full: Int64 { perMinute * Self.token }

    private func level(of bucket: Bucket, now: Int64) -> Int64 {
        // An hour fills any bucket; more would only overflow.
        let elapsed = min(max(now - bucket.filledAt, 0), 3_600_000)
        return min(bucket.level + elapsed * perMinute, full)
    }

    /// The place of an address, else a free one, else that of the address which has guessed least.
    private func place(of key: IPAddress, in row: Range<Int>, _ buckets: [Bucket], now: Int64) -> Int {
        var best = row.lowerBound
        var bestLevel = Int64.min
        for place in row {
            if buckets[place].filledAt == .min {
                if bestLevel < .max { (best, bestLevel) = (place, .max) }
                continue
            }
            if buckets[place].address == key { return place }
            let level = level(of: buckets[place], now: now)
            if level > bestLevel { (best, bestLevel) = (place, level) }
        }
        return best
    }

    /// Of IPv6 the first 64 bits: anyone who has one address there has them all.
    private static func key(_ address: IPAddress) -> IPAddress {
        address.isV4 ? address : IPAddress(high: address.high, low: 0)
    }

    private static func row(of key: IPAddress) -> Range<Int> {
        // Seeded again in each process, so that an attacker cannot choose addresses that fall into one row.
        let row = Int(UInt(bitPattern: key.hashValue) % UInt(rows)) * placesInRow
        return row..<row + placesInRow
    }
}
