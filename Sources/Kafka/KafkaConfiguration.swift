// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// librdkafka's properties as an operator gives them, checked once.
///
/// Any property passes through, except those that would break a guarantee: these are refused by name, with
/// the reason (see `GuardedProperty`). Each client adds what it needs itself.
public struct KafkaConfiguration: Sendable {
    /// Why a property was not taken. Never quotes the value of a secret.
    public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        public enum Reason: Sendable, Equatable {
            /// librdkafka knows no such property.
            case unknown
            /// librdkafka does not take this value.
            case invalid(String)
            /// It would break a guarantee; the sentence says which.
            case guarded(String)
            case missing
        }

        public let property: String
        public let reason: Reason

        public var description: String {
            switch reason {
            case .unknown: "\(property): librdkafka \(KafkaVersion.text) has no such property"
            case .invalid(let sentence): "\(property): \(sentence)"
            case .guarded(let sentence): "\(property) cannot be set: \(sentence)"
            case .missing: "\(property) is missing"
            }
        }
    }

    private(set) var pairs: [(name: String, value: String)]
    /// What the statistics of clients are added to; nil asks librdkafka for none.
    public var metrics: KafkaMetrics?
    /// What the connection to the brokers protects.
    public let security: TransportSecurity
    /// The group id of consumers that are not members of a group. librdkafka looks up the coordinator of that
    /// group even for them, which needs the right to describe it: so it should be a group that this user has.
    public private(set) var readerGroup = "none"
    /// Where tokens for SASL OAUTHBEARER come from; nil for another mechanism.
    private(set) var tokenSource: OAuthTokenSource?

    /// - Parameter pairs: names as in librdkafka's CONFIGURATION.md; `bootstrap.servers` must be among them.
    public init(_ pairs: [(name: String, value: String)]) throws(Refusal) {
        guard pairs.contains(where: { $0.name == "bootstrap.servers" && !$0.value.isEmpty }) else {
            throw Refusal(property: "bootstrap.servers", reason: .missing)
        }
        let scratch = PropertySet()
        let pairs = pairs.map { (name: Self.canonical($0.name), value: $0.value) }
        for (name, value) in pairs { try Self.check(name, value, in: scratch) }
        // What only repeats a guarantee is dropped here: `acks` set by name is a topic-level property, which
        // a transactional producer must not have (librdkafka #4710).
        self.pairs = pairs.filter { GuardedProperty.named($0.name) == nil }
        security = TransportSecurity(scratch)
    }

    private static func check(
        _ name: String, _ value: String, in properties: borrowing PropertySet
    ) throws(Refusal) {
        if let guarded = GuardedProperty.named(name), !guarded.allows(value) {
            throw Refusal(property: name, reason: .guarded(guarded.sentence))
        }
        try properties.set(name, value)
    }

    /// Why this one property would be refused; nil if it would not.
    public static func refusal(_ name: String, _ value: String) -> Refusal? {
        do throws(Refusal) {
            try check(canonical(name), value, in: PropertySet())
            return nil
        } catch {
            return error
        }
    }

    /// librdkafka ignores `topic.` before the name of a topic's property (rdkafka_conf.c,
    /// `rd_kafka_conf_set`), so a guard that did not would let `topic.acks` pass. Some names begin so
    /// themselves.
    private static func canonical(_ name: String) -> String {
        let isPrefixed = name.hasPrefix("topic.") && !LibraryProperties.names.contains(name)
        return isPrefixed ? String(name.dropFirst("topic.".count)) : name
    }

    /// The same with a `client.id`, by which brokers name a client in quotas, metrics and request logs; an
    /// operator's own is kept.
    public func identified(as clientID: String) -> KafkaConfiguration {
        guard self["client.id"] == nil else { return self }
        var configuration = self
        configuration.pairs.insert(("client.id", clientID), at: 0)
        return configuration
    }

    public init(bootstrapServers: String) throws(Refusal) {
        try self.init([("bootstrap.servers", bootstrapServers)])
    }

    /// The same for consumers that are not members of `group` and use its id.
    public func reading(as group: String) -> KafkaConfiguration {
        var configuration = self
        configuration.readerGroup = group
        return configuration
    }

    /// The same with tokens for SASL OAUTHBEARER.
    public func authenticated(by source: @escaping OAuthTokenSource) -> KafkaConfiguration {
        var configuration = self
        configuration.tokenSource = source
        return configuration
    }

    /// The value given for a property, if one was.
    public subscript(name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// `message.max.bytes`: the largest record that librdkafka accepts for sending.
    public var largestRecord: Int { self["message.max.bytes"].flatMap(Int.init) ?? 1_000_000 }

    /// `batch.size`: how much of a partition's records librdkafka sends as one batch, unless one record is
    /// larger.
    public var largestBatch: Int { self["batch.size"].flatMap(Int.init) ?? 1_000_000 }

    /// `max.poll.interval.ms`: a member of a group that does not poll for longer loses its partitions.
    public var maxPollInterval: Duration {
        .milliseconds(self["max.poll.interval.ms"].flatMap(Int.init) ?? 300_000)
    }

    /// `heartbeat.interval.ms`: a member learns within it what the group has decided about it.
    public var heartbeatInterval: Duration {
        .milliseconds(self["heartbeat.interval.ms"].flatMap(Int.init) ?? 3_000)
    }
}

extension KafkaConfiguration: CustomStringConvertible, CustomReflectable {
    /// One line a property; secrets are masked.
    public var description: String {
        pairs.map { "\($0.name)=\(Self.isSecret($0.name) ? "***" : $0.value)" }.joined(separator: "\n")
    }

    /// `dump` and the test runner's output go past `description`, so they are given the masked form too.
    public var customMirror: Mirror { Mirror(self, children: ["properties": description]) }

    /// True for properties whose value must never be printed: the one list, for printed settings, logs and
    /// errors. A name that librdkafka does not know may be a misspelt password's.
    public static func isSecret(_ name: String) -> Bool {
        let name = canonical(name)
        return ["password", "secret"].contains(where: name.contains) || secret.contains(name)
            || !LibraryProperties.names.contains(name)
    }

    /// Those that contain a key, a password or a token, although their names do not have either word.
    private static let secret: Set = [
        "ssl.key.pem", "ssl_key", "sasl.oauthbearer.config", "sasl.jaas.config",
    ]
}

/// A librdkafka configuration object, owned until a client takes it.
struct PropertySet: ~Copyable {
    private var pointer: OpaquePointer?

    init() { pointer = rd_kafka_conf_new() }

    deinit {
        if let pointer { rd_kafka_conf_destroy(pointer) }
    }

    var raw: OpaquePointer {
        guard let pointer else { preconditionFailure("A configuration is not used after a client took it.") }
        return pointer
    }

    /// The value in force, as librdkafka prints it; nil where there is none.
    subscript(name: String) -> String? { Self.value(of: name, in: raw) }

    static func value(of name: String, in configuration: OpaquePointer) -> String? {
        var text = [CChar](repeating: 0, count: 512)
        var size = text.count
        guard rd_kafka_conf_get(configuration, name, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return String(nullTerminated: text)
    }

    func set(_ name: String, _ value: String) throws(KafkaConfiguration.Refusal) {
        var sentence = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(raw, name, value, &sentence, sentence.count) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw .init(property: name, reason: .unknown)
        default:
            // librdkafka's sentence may quote the value.
            let reason =
                KafkaConfiguration.isSecret(name)
                ? "librdkafka does not take this value" : String(nullTerminated: sentence)
            throw .init(property: name, reason: .invalid(reason))
        }
    }

    /// To be called when `rd_kafka_new` succeeded: "on success the conf object is owned by librdkafka".
    mutating func wasTaken() { pointer = nil }
}

extension String {
    /// The text before the first NUL of a buffer that C wrote into.
    init(nullTerminated buffer: [CChar]) {
        self = buffer.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}
