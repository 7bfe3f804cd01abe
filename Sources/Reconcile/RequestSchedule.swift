// SPDX-License-Identifier: Apache-2.0

/// Which payments the platform is asked about, and how often.
public struct RequestSchedule: Sendable, Equatable {
    /// How old the last event of a payment without a final status is before the platform is asked.
    public var after: Duration
    /// How old it may be at most: an older payment is given up.
    public var until: Duration
    /// From the first status request of a payment to the second. Each further gap is twice as long, up to
    /// ``longestInterval``.
    public var interval: Duration
    /// The most status requests, of all payments together.
    public var rate: RequestRate

    /// The longest gap between two status requests of one payment.
    public static let longestInterval = Duration.seconds(4 * 3600)

    public init(
        after: Duration = .seconds(30 * 60), until: Duration = .seconds(72 * 3600),
        interval: Duration = .seconds(30 * 60), rate: RequestRate = RequestRate(1, per: .second)
    ) {
        self.after = after
        self.until = until
        self.interval = interval
        self.rate = rate
    }
}

/// A number of requests in a unit of time, such as `1/s`.
public struct RequestRate: Sendable, Equatable, CustomStringConvertible {
    public enum Unit: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        var duration: Duration {
            switch self {
            case .second: .seconds(1)
            case .minute: .seconds(60)
            case .hour: .seconds(3600)
            }
        }
    }

    public let count: Int
    public let unit: Unit

    /// - Parameter count: at least 1.
    public init(_ count: Int, per unit: Unit) {
        precondition(count > 0, "a rate of zero sends nothing")
        self.count = count
        self.unit = unit
    }

    /// - Returns: nil for a text that is not `N/s`, `N/m` or `N/h` with N from 1 to 1,000,000.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count),
            "\(count)" == parts[0], let unit = Unit(rawValue: parts[1])
        else { return nil }
        self.init(count, per: unit)
    }

    public var description: String { "\(count)/\(unit.rawValue)" }

    /// The time between two requests.
    var gap: Duration { unit.duration / count }
}
