// SPDX-License-Identifier: Apache-2.0
public import Gate

/// What became of the callbacks of a load.
public struct LoadResult: Sendable {
    public internal(set) var payments = 0
    public internal(set) var sent = 0
    /// How many answers had which status.
    public internal(set) var statuses: [Int: Int] = [:]
    /// Callbacks without an answer.
    public internal(set) var unanswered = 0
    /// Genuine callbacks that were not answered with 200, and forged ones that were.
    public internal(set) var unexpected = 0
    /// Callbacks that were due after the end.
    public internal(set) var unsent = 0
    /// From the time at which a callback was due to its answer.
    public internal(set) var answers = LatencyHistogram()
    /// From that time to the payment's event; nil where events were not read.
    public var events: LatencyHistogram?
    /// Statuses that were sent and of which no event arrived.
    public var withoutEvent = 0
    /// From the start to the last answer.
    public internal(set) var elapsed = Duration.zero

    init() {}

    mutating func add(_ other: LoadResult) {
        payments += other.payments
        sent += other.sent
        statuses.merge(other.statuses, uniquingKeysWith: +)
        unanswered += other.unanswered
        unexpected += other.unexpected
        unsent += other.unsent
        answers.add(other.answers)
    }

    /// Whether each callback was answered as it must be.
    public var isAsExpected: Bool { sent > 0 && unanswered == 0 && unexpected == 0 }

    /// Callbacks a second.
    var rate: Double { elapsed > .zero ? Double(sent) / (elapsed / .seconds(1)) : 0 }
}

extension LoadResult {
    private static let shares: [(name: String, share: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("max", 100),
    ]

    /// For a person.
    public var text: String {
        let statuses = statuses.sorted { $0.key < $1.key }.map { "\($0.value) with \($0.key)" }
        var rows = [
            ("payments", "\(payments)"), ("callbacks", "\(sent), \(Self.decimal(rate)) a second"),
            ("answers", statuses.isEmpty ? "none" : statuses.joined(separator: ", ")),
        ]
        if unanswered > 0 { rows.append(("unanswered", "\(unanswered)")) }
        if unexpected > 0 { rows.append(("unexpected", "\(unexpected) answers")) }
        if unsent > 0 { rows.append(("not sent", "\(unsent), due after the end")) }
        rows.append(("answer", Self.line(answers)))
        if let events {
            rows.append(("event", Self.line(events)))
            rows.append(("no event", "\(withoutEvent)"))
        }
        return rows.map { name, value in
            name + String(repeating: " ", count: 12 - name.count) + value + "\n"
        }.joined()
    }

    /// For a script; times are in microseconds.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("payments", .integer(payments)), .init("sent", .integer(sent)),
            .init("seconds", .number(Self.decimal(elapsed / .seconds(1)))),
            .init("rate", .number(Self.decimal(rate))),
            .init(
                "statuses",
                .object(statuses.sorted { $0.key < $1.key }.map { .init("\($0.key)", .integer($0.value)) })),
            .init("unanswered", .integer(unanswered)), .init("unexpected", .integer(unexpected)),
            .init("unsent", .integer(unsent)), .init("answer_us", Self.json(answers)),
        ]
        if let events {
            members += [
                .init("event_us", Self.json(events)), .init("without_event", .integer(withoutEvent)),
            ]
        }
        return .object(members)
    }

    private static func line(_ latencies: LatencyHistogram) -> String {
        guard latencies.count > 0 else { return "none" }
        return shares.compactMap { name, share in
            latencies.percentile(share).map { "\(name) \(decimal($0 / .milliseconds(1))) ms" }
        }.joined(separator: "  ")
    }

    private static func json(_ latencies: LatencyHistogram) -> JSONValue {
        let percentiles = shares.map { name, share in
            JSONValue.Member(
                name, latencies.percentile(share).map { .integer(Int64($0 / .microseconds(1))) } ?? .null)
        }
        return .object([.init("count", .integer(latencies.count))] + percentiles)
    }

    /// With three decimals.
    private static func decimal(_ value: Double) -> String {
        let thousandths = Int64((value * 1000).rounded())
        let rest = "\(thousandths % 1000)"
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
