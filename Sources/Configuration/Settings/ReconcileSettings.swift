// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Reconcile

/// `tidings reconcile`: which payments the platform is asked about, and how often.
public enum ReconcileSettings {
    /// Where `/livez`, `/readyz`, `/metrics` and `/version` are served with `--continuous`.
    public static let managementAddress = CommonSettings.managementAddress { _ in
        CommonSettings.reconcilePort
    }
    public static let after = Setting(
        "reconcile.after", .duration(.zero...(.seconds(86_400 * 30))), \RequestSchedule.after,
        "how old the last event of a payment without a final status is before the platform is asked")
    public static let until = Setting(
        "reconcile.until", .duration(.seconds(1)...(.seconds(86_400 * 30))), \RequestSchedule.until,
        "how old it may be at most; an older payment is given up")
    public static let interval = Setting(
        "reconcile.interval", .duration(.seconds(1)...RequestSchedule.longestInterval),
        \RequestSchedule.interval,
        "with --continuous, the time between the first two requests about a payment; it doubles to 4h")
    public static let rate = Setting(
        "reconcile.rate", .requestRate, \RequestSchedule.rate,
        "the most status requests, of all payments together: N/s, N/m or N/h")
    /// The merchant's own list.
    public static let payments = Setting<String?>(
        "payments", optional: .path("FILE"), sources: .flagOnly,
        "a file of payments to ask about too, PROJECT:ID a line: one that lost every callback has no event")
    public static let execute = Setting(
        flag: "execute", "ask the platform and write its answers; without it the payments are listed")
    public static let continuous = Setting(
        flag: "continuous", "go on until stopped, and serve the management address; needs --execute")
    public static let json = Setting(flag: "json", "print one JSON object a line for each payment")

    static let rows = [after.row, until.row, interval.row, rate.row]
    static let options = [payments.row, execute.row, continuous.row, GateOptions.key.row, json.row]
}

extension RequestSchedule: ModuleSettings {
    static var defaults: RequestSchedule { RequestSchedule() }
}

extension ValueKind where Value == RequestRate {
    /// A number of requests in a unit of time, such as `1/s`.
    static var requestRate: ValueKind {
        ValueKind(
            .text(placeholder: "N/s"), refusal: "is not a rate like 1/s, 30/m or 600/h",
            spell: { $0.description }, read: { RequestRate($0) })
    }
}

extension Settings {
    /// Which payments are asked about, and when.
    public var requestSchedule: RequestSchedule { filled(RequestSchedule()) }
}
