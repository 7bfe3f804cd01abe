// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import WebClient

/// The simulator of the platform.
public enum PlatformSettings {
    public static let address = Setting(
        "platform.address", .address, default: BindAddress(host: "127.0.0.1", port: 8090),
        "where the simulator serves Gate, its pages and its overview")
    public static let callbackURL = Setting<WebAddress?>(
        "platform.callback_url", optional: .anyWebAddress,
        "where callbacks are posted to; without it: nowhere")
    public static let timeScale = Setting(
        "platform.time_scale", .factor(0...100), default: 1,
        "every wait is multiplied by it; 0.02 is fifty times quicker")
    public static let paymentsFile = Setting<String?>(
        "platform.payments_file", optional: .path("FILE"),
        "a file that keeps the simulator's payments; without it they are in memory")
    /// Where a running simulator is, for `trigger` and `replay`.
    public static let simulator = Setting<WebAddress?>(
        "platform", optional: .webAddress, sources: .flagOnly,
        "the running simulator (default: the one at platform.address)")
    /// The same as `platform.callback_url`, in Stripe's words.
    public static let forwardTo = Setting<WebAddress?>(
        "forward_to", optional: .anyWebAddress, sources: .flagOnly, "where callbacks are posted to")
    /// The same, where nothing else makes sense.
    public static let requiredForwardTo = Setting(
        required: "forward_to", .anyWebAddress, sources: .flagOnly, "where callbacks are posted to")
    public static let allowRemote = Setting(
        flag: "allow_remote", "post callbacks to another machine too; it must be a test system")
    public static let list = Setting(flag: "list", "list the scenarios instead")
    public static let project = Setting<Int?>(
        "project", optional: .integer(1...Int.max), sources: .flagOnly,
        "the project of the payment; without it the simulator's first one")
    public static let seed = Setting<Int?>(
        "seed", optional: .integer(0...Int.max), sources: .flagOnly,
        "the seed of ids; without it a new one")

    /// Of a load.
    public static let rate = Setting(
        required: "rate", .integer(1...1_000_000), sources: .flagOnly, "callbacks a second")
    /// Of a load.
    public static let duration = Setting(
        required: "duration", .duration(.milliseconds(100)...(.seconds(86_400 * 30))), sources: .flagOnly,
        "how long callbacks are sent")
    /// Of a load.
    public static let histories = Setting<String?>(
        "histories", optional: .path("FILE"), sources: .flagOnly,
        "a YAML file of scenarios and their weights; without it every payment is the scenario success")
    /// Of a load.
    public static let connections = Setting(
        "connections", .integer(1...1000), default: 16, sources: .flagOnly,
        "how many connections send, each one callback at a time")

    static let rows = [address.row, callbackURL.row, timeScale.row, paymentsFile.row]
    static let serve =
        [
            CommonSettings.profile.row, address.row, callbackURL.row, forwardTo.row, timeScale.row,
            paymentsFile.row, allowRemote.row,
        ]
        + [AuditOptions.json.row]
    static let listen =
        [
            CommonSettings.profile.row, address.row, requiredForwardTo.row, timeScale.row, paymentsFile.row,
            allowRemote.row, AuditOptions.json.row,
        ]
    static let trigger = [
        simulator.row, address.row, list.row, project.row, seed.row, AuditOptions.json.row,
    ]
    static let load = [
        rate.row, duration.row, histories.row, connections.row, project.row, seed.row, callbackURL.row,
        forwardTo.row, timeScale.row, allowRemote.row, AuditOptions.json.row,
    ]
    static let replay = [simulator.row, address.row, AuditOptions.json.row]
}
