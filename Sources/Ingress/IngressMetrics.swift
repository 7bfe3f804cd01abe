// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
public import Telemetry

/// The metrics of the ingress.
enum IngressMetrics {
    private static let project = MetricFamily.Label.open(
        "project", "the project's number, from the keys file")
    private static let key = MetricFamily.Label.open("key", "the key's id, from the keys file")
    private static let rule = MetricFamily.Label.closed(
        "rule", SignatureRule.allCases.map { "\($0.name)" })

    static let callbacks = MetricFamily.counter(
        "tidings_ingress_callbacks_total",
        "Requests to the callback port that reached the ingress, by outcome; the sum is all of them.",
        .closed("outcome", IngressOutcome.allCases.map(\.rawValue)))
    static let malformed = MetricFamily.counter(
        "tidings_ingress_malformed_total", "Bodies that are not a valid JSON object, by reason.",
        .closed("reason", JSONError.Reason.allCases.map { "\($0.name)" }))
    static let oversized = MetricFamily.counter(
        "tidings_ingress_oversized_total",
        """
        Callbacks refused for their size, by the limit. The platform delivers each again for 11 days; then it is \
        lost. Raise the limit.
        """,
        .closed("limit", ["body"] + JSONError.Reason.allCases.filter(\.isSize).map { "\($0.name)" }))
    static let verified = MetricFamily.counter(
        "tidings_ingress_verified_total", "Callbacks that verified, by key and signature rule.",
        project, key, rule)
    static let shadowMatches = MetricFamily.counter(
        "tidings_ingress_shadow_matches_total", "Callbacks that only a shadow key would have verified.",
        project, key, rule)
    static let unwritten = MetricFamily.counter(
        "tidings_ingress_unwritten_total",
        "Verified callbacks that were not written, by Kafka's error. They were answered 503.",
        .closed("reason", ProduceError.allCases.map(\.name) + [UnwrittenTelemetry.otherReason]))
    static let lastAccepted = MetricFamily.gauge(
        "tidings_ingress_last_accepted_timestamp_seconds",
        "When a callback of the project was last accepted; at first, when the process started.", project)
    static let producersReplaced = MetricFamily.counter(
        "tidings_ingress_producers_replaced_total", "Producers replaced after a fatal error.")
    static let keyRingsReplaced = MetricFamily.counter(
        "tidings_ingress_key_rings_replaced_total", "Times that the keys in force were replaced.")
    static let partitionCountDifferences = MetricFamily.counter(
        "tidings_ingress_partition_count_differences_total",
        "Changed partition counts of the callbacks topic, and counts that are not the changelog's.")
    static let brokerReachable = MetricFamily.gauge(
        "tidings_ingress_broker_reachable", "1 while a broker answers for the callbacks topic.")

    static let families = [
        callbacks, malformed, oversized, verified, shadowMatches, unwritten, lastAccepted, producersReplaced,
        keyRingsReplaced, partitionCountDifferences, brokerReachable,
    ]
}

/// What became of a request to the callback port.
enum IngressOutcome: String, CaseIterable {
    case accepted
    case malformed
    case unsigned
    case withoutProject = "without-project"
    case refused
    case addressNotAllowed = "address-not-allowed"
    case limited
    case unavailable
    case unconfirmed
    case unknownPath = "unknown-path"
    case wrongMethod = "wrong-method"
}

extension IngressService {
    /// Every metric of the ingress itself.
    public static let metricFamilies = IngressMetrics.families
}

extension JSONError.Reason {
    /// Whether a larger limit would have let the body through.
    var isSize: Bool {
        switch self {
        case .numberTooLong, .signedTextTooLong, .tooDeep, .tooLarge, .tooManyMembers: true
        case .byteOrderMark, .controlCharacter, .duplicateKey, .invalidEscape, .invalidNumber, .invalidUTF8,
            .loneSurrogate, .rootNotObject, .trailingData, .unexpectedCharacter, .unexpectedEnd:
            false
        }
    }
}
