// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Ingress

/// The HTTP side: where it listens, how long it waits and whose headers it believes.
public enum IngressSettings {
    private typealias Service = IngressService.Settings

    /// Where `/livez`, `/readyz`, `/metrics` and `/version` of the ingress are served; nil when they are not.
    public static let managementAddress = CommonSettings.managementAddress { _ in CommonSettings.ingressPort }

    public static let address = Setting(
        "ingress.address", .address, \Service.address, "where callbacks are posted to")
    public static let threads = Setting(
        "ingress.threads", .integer(1...64), \Service.server.threads, "event loops that serve requests")
    /// The sender's read time-out is not published; well below 5 s.
    public static let deadline = Setting(
        "ingress.deadline", .duration(.milliseconds(100)...(.seconds(30))), \Service.server.deadlines.answer,
        "how long a request waits for the broker before it is answered 503")
    public static let retryAfter = Setting(
        "ingress.retry_after", .duration(.seconds(1)...(.seconds(3600))), \Service.server.retryAfter,
        "what Retry-After of a 503 or 429 says")
    /// For a request's line and headers, however steadily they drip.
    public static let headerDeadline = Setting(
        "ingress.header_deadline", .duration(.milliseconds(100)...(.seconds(300))),
        \Service.server.deadlines.headers,
        "within which a request's headers must be there")
    /// For a request's body, from its first line on.
    public static let bodyDeadline = Setting(
        "ingress.body_deadline", .duration(.milliseconds(100)...(.seconds(300))),
        \Service.server.deadlines.body,
        "within which a request's body must be there")
    /// For a kept connection without a request.
    public static let idleDeadline = Setting(
        "ingress.idle_deadline", .duration(.milliseconds(100)...(.seconds(3600))),
        \Service.server.deadlines.idle,
        "after which an idle connection is closed")
    public static let writeDeadline = Setting(
        "ingress.write_deadline", .duration(.milliseconds(100)...(.seconds(300))),
        \Service.server.deadlines.write,
        "within which a client must take its answer")
    public static let connectionLimit = Setting(
        "ingress.connection_limit", .integer(1...(1 << 20)), \Service.server.connections,
        "the most connections of one event loop")
    public static let addressConnectionLimit = Setting(
        "ingress.connection_limit_per_address", .integer(0...(1 << 20)),
        \Service.server.connectionsPerAddress,
        "the most connections of one event loop from one address; 0: no limit")

    /// The bytes of a request's target.
    public static let uriLimit = Setting(
        "ingress.uri_limit", .byteCount(256...65_536), \Service.server.limits.uriBytes, "the longest URI")
    public static let headerCountLimit = Setting(
        "ingress.header_count_limit", .integer(10...10_000), \Service.server.limits.headerFields,
        "the most header fields")
    /// One header field, name and value.
    public static let headerFieldLimit = Setting(
        "ingress.header_field_limit", .byteCount(256...65_536), \Service.server.limits.fieldBytes,
        "the longest header field")
    /// All header fields together.
    public static let headerLimit = Setting(
        "ingress.header_limit", .byteCount(1024...(1 << 20)), \Service.server.limits.headerBytes,
        "the most bytes of header fields")

    /// The certificate chain; nil serves plain HTTP, for a proxy that ends TLS.
    public static let certificateFile = Setting<String?>(
        "ingress.tls_certificate_file", optional: .path("FILE"),
        "the PEM file of the certificate chain, to serve TLS")
    public static let privateKeyFile = Setting<String?>(
        "ingress.tls_key_file", optional: .path("FILE"), "the PEM file of the private key")
    /// Whose client certificates are trusted; nil asks for none.
    public static let clientAuthorityFile = Setting<String?>(
        "ingress.tls_client_ca_file", optional: .path("FILE"),
        "the PEM file of the authorities that sign client certificates; if set, every request needs one")
    public static let inFlightLimit = Setting(
        "ingress.in_flight_limit", .integer(1...1_000_000), \Service.inFlightLimit,
        "the most requests that wait for the broker; more are answered 503")
    public static let linger = Setting(
        "ingress.linger", .duration(.zero...(.milliseconds(100))), \Service.linger,
        "how long a record waits for others to go with it to the broker")
    public static let stopDelay = Setting(
        "ingress.stop_delay", .duration(.zero...(.seconds(300))), \Service.stopDelay,
        "how long a stop, already not ready, goes on accepting, until the load balancer has noticed")
    public static let drainDeadline = Setting(
        "ingress.drain_deadline", .duration(.milliseconds(100)...(.seconds(300))), \Service.drain,
        "how long a stop waits for requests under way")
    public static let stallLimit = Setting(
        "ingress.stall_limit", .duration(.seconds(1)...(.seconds(3600))), \Service.stallLimit,
        "/livez is 503 if an event loop made no step for so long; Kafka that is away or refuses does not count"
    )

    /// Where callbacks may come from; empty means from anywhere.
    public static let allow = Setting(
        "ingress.allow", .networks, \Service.allowed,
        "networks that callbacks may come from; empty: any, with a warning at start")
    public static let trustedProxies = Setting(
        "ingress.trusted_proxies", .networks, \Service.trustedProxies,
        "networks of proxies whose X-Forwarded-For is believed")
    /// How many requests an address may send whose signature does not verify.
    public static let unverifiedRate = Setting(
        "ingress.unverified_rate", .integer(0...1_000_000), \Service.unverifiedPerMinute,
        "unverified requests a minute from one address before 429; 0: no limit")

    static let rows = [
        address.row, threads.row, deadline.row, retryAfter.row, headerDeadline.row, bodyDeadline.row,
        writeDeadline.row, idleDeadline.row, stopDelay.row, drainDeadline.row, stallLimit.row,
        connectionLimit.row, addressConnectionLimit.row,
        uriLimit.row, headerCountLimit.row, headerFieldLimit.row, headerLimit.row, inFlightLimit.row,
        linger.row,
        certificateFile.row, privateKeyFile.row, clientAuthorityFile.row, allow.row, trustedProxies.row,
        unverifiedRate.row,
    ]
}
