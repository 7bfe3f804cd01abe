// SPDX-License-Identifier: Apache-2.0
public import Gate
internal import Kafka
internal import Telemetry
public import WebClient

/// How the merchant's commands reach the platform.
public enum GateSettings {
    /// The address of Gate; a command that needs it has no default.
    public static let url = Setting(
        required: "gate.url", .webAddress, "the address of Gate, without a path of the API")
    /// Name look-up, connect and TLS handshake.
    public static let connectTimeout = Setting(
        "gate.connect_timeout", .duration(.milliseconds(100)...(.seconds(60))),
        default: RequestSender.Settings().connectTimeout, "within which a connection to Gate must be ready")
    /// A whole request.
    public static let timeout = Setting(
        "gate.timeout", .duration(.milliseconds(100)...(.seconds(300))),
        default: RequestSender.Settings().timeout,
        "within which Gate must have answered")
    public static let responseLimit = Setting(
        "gate.response_limit", .byteCount(1024...(1 << 26)), default: RequestSender.Settings().responseLimit,
        "the largest answer of Gate that is read")
    /// From an unreadable answer to the end of asking.
    public static let statusDeadline = Setting(
        "gate.status_deadline", .duration(.zero...(.seconds(3600))), default: PurchasePacing().statusDeadline,
        "how long the status of a purchase without a readable answer is asked for")
    public static let semicolons = Setting<SemicolonPolicy>(
        "gate.semicolons", .choice, default: .refuse,
        "what to do with a ';' in a value that is not a URL, which could forge a callback; replace makes it a comma"
    )
    /// The address of Payment Page; a command that needs it has no default.
    public static let paymentPageURL = Setting(
        required: "payment_page.url", .webAddress, "the address of Payment Page")

    /// Of requests that do not buy.
    static let requests = [
        url.row, connectTimeout.row, timeout.row, responseLimit.row, semicolons.row,
    ]
    static let connection = requests + [statusDeadline.row]
    static let page = [paymentPageURL.row, semicolons.row]
    static let rows = connection + [paymentPageURL.row]
}

extension Settings {
    /// Warns where real payments are requested by plain HTTP: that is right only where a proxy on this
    /// machine adds TLS. Plain HTTP to another machine is refused with every profile, when the setting is
    /// read.
    public func warnOfPlainGate() {
        guard value(CommonSettings.profile) == .production, value(GateSettings.url)?.scheme == .http else {
            return
        }
        log.warning(
            "gate.url is plain HTTP with profile production",
            next: "purchases are sent without TLS to this machine",
            advice: "let gate.url lead to a proxy that adds TLS, or use https")
    }

    /// The client's settings.
    public func gate() -> GateClient.Settings {
        let connection = RequestSender.Settings(
            connectTimeout: self[GateSettings.connectTimeout], timeout: self[GateSettings.timeout],
            responseLimit: self[GateSettings.responseLimit])
        return GateClient.Settings(
            address: self[GateSettings.url], connection: connection,
            pacing: value(GateSettings.statusDeadline).map { PurchasePacing(statusDeadline: $0) } ?? .init(),
            semicolons: self[GateSettings.semicolons])
    }
}
