/// What the ingress says of a callback it verified, carried in the record's headers.
public struct Receipt: Sendable, Equatable {
    /// When the ingress had the whole request, UTC; also the record's timestamp.
    public var receivedAt: Timestamp
    /// The id of the key that verified, from the keys file; never the key.
    public var keyID: String
    public var rule: SignatureRule
    /// The project whose key verified.
    public var projectID: Int64
    /// The sender's address as the ingress checked it.
    public var peer: String?
    /// W3C Trace Context, if the request carried one.
    public var traceparent: String?

    public init(
        receivedAt: Timestamp, keyID: String, rule: SignatureRule, projectID: Int64,
        peer: String? = nil, traceparent: String? = nil
    ) {
        self.receivedAt = receivedAt
        self.keyID = keyID
        self.rule = rule
        self.projectID = projectID
        self.peer = peer
        self.traceparent = traceparent
    }

    /// The header names, as they stand on `payments.callbacks.v1`.
    public enum Header {
        public static let receivedAt: StaticString = "tidings-received-at"
        public static let keyID: StaticString = "tidings-key-id"
        public static let rule: StaticString = "tidings-signature-rule"
        public static let projectID: StaticString = "tidings-project-id"
        public static let peer: StaticString = "tidings-peer"
        public static let traceparent: StaticString = "traceparent"
    }
}
