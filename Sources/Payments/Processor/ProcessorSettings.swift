// SPDX-License-Identifier: Apache-2.0

/// Which records a worker verifies again before it believes them.
public enum VerificationPolicy: UInt8, Sendable, CaseIterable {
    /// Those without a receipt of our ingress: another producer or an import wrote them.
    case missing
    /// All of them, for those who share the cluster: a header proves nothing.
    case always
    /// None.
    case never

    /// The name in settings.
    public var name: StaticString {
        switch self {
        case .missing: "missing"
        case .always: "always"
        case .never: "never"
        }
    }
}

/// How an event's value is written.
public enum EventEncoding: UInt8, Sendable, CaseIterable {
    case json
    case protobuf

    /// The name in settings.
    public var name: StaticString {
        switch self {
        case .json: "json"
        case .protobuf: "protobuf"
        }
    }

    /// The value of the header `content-type`.
    public var contentType: StaticString {
        switch self {
        case .json: "application/json"
        case .protobuf: "application/protobuf"
        }
    }
}

/// What a record processor needs to know besides the record and the payment state.
public struct ProcessorSettings: Sendable {
    /// How much a body may hold; the same as the ingress's, or what one accepts the other cannot read.
    public var limits: JSONLimits
    public var deduplication: DeduplicationSettings
    /// How large a published record may be.
    public var output: OutputLimits
    public var verification: VerificationPolicy
    /// Whether the headers of a release are believed. Not where every record is verified again: then a header
    /// proves nothing, and who writes one could publish a text that can be read in two ways.
    public var believesReleases: Bool
    public var encoding: EventEncoding
    public var topics: TopicNames
    /// CloudEvents `source`: a URI reference that names this installation's stream of events.
    public var source: String
    /// The events' schema in a schema registry; nil leaves its header out.
    public var schemaID: SchemaID?
    /// CloudEvents `dataschema`: the absolute URI of the events' schema; nil leaves its header out.
    public var dataSchema: String?

    public init(
        limits: JSONLimits = JSONLimits(), deduplication: DeduplicationSettings = .standard,
        output: OutputLimits = .standard, verification: VerificationPolicy = .missing,
        encoding: EventEncoding = .json, topics: TopicNames = TopicNames(), source: String = "/tidings",
        schemaID: SchemaID? = nil, dataSchema: String? = nil
    ) {
        self.limits = limits
        self.deduplication = deduplication
        self.output = output
        self.verification = verification
        believesReleases = verification != .always
        self.encoding = encoding
        self.topics = topics
        self.source = source
        self.schemaID = schemaID
        self.dataSchema = dataSchema
    }
}
