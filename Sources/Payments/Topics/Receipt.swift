// SPDX-License-Identifier: Apache-2.0

/// What is known of a callback when it is written to the callbacks topic, in the record's headers: by an
/// ingress that verified it, or by a reconciliation that signed it.
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
    /// Where the callback came from; nil for one that the platform posted to an ingress.
    public var origin: ReceiptOrigin?
    /// W3C Trace Context, if the request carried one.
    public var traceparent: String?

    public init(
        receivedAt: Timestamp, keyID: String, rule: SignatureRule, projectID: Int64,
        peer: String? = nil, origin: ReceiptOrigin? = nil, traceparent: String? = nil
    ) {
        self.receivedAt = receivedAt
        self.keyID = keyID
        self.rule = rule
        self.projectID = projectID
        self.peer = peer
        self.origin = origin
        self.traceparent = traceparent
    }

    /// The header names on `payments.callbacks.v1`.
    public enum Header {
        public static let receivedAt: StaticString = "tidings-received-at"
        public static let keyID: StaticString = "tidings-key-id"
        public static let rule: StaticString = "tidings-signature-rule"
        public static let projectID: StaticString = "tidings-project-id"
        public static let peer: StaticString = "tidings-peer"
        public static let origin: StaticString = "tidings-origin"
        public static let traceparent: StaticString = "traceparent"
    }
}

/// Where a callback came from that no platform posted to an ingress.
public enum ReceiptOrigin: Sendable, CaseIterable {
    /// The answer to a status request, signed with the project's key.
    case reconciliation

    /// As the header and the event name it.
    public var name: StaticString {
        switch self {
        case .reconciliation: "reconciliation"
        }
    }
}
