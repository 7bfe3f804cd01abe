// SPDX-License-Identifier: Apache-2.0

/// What the connection to the brokers protects, as librdkafka understood the properties.
public struct TransportSecurity: Sendable, Equatable {
    /// A protection that is off and need not be.
    public enum Fault: Sendable, Equatable, CaseIterable, CustomStringConvertible {
        /// The brokers' certificates are not verified.
        case certificateUnverified
        /// The brokers' names are not compared with their certificates.
        case nameUnverified
        /// A password or a token is sent over a connection that anybody on the way can read.
        case credentialsInClear
        /// The token is one that librdkafka makes, and anybody can make.
        case tokenUnsigned

        /// The properties that turn it off.
        public var properties: [String] {
            switch self {
            case .certificateUnverified: ["enable.ssl.certificate.verification"]
            case .nameUnverified: ["ssl.endpoint.identification.algorithm"]
            case .credentialsInClear: ["security.protocol", "sasl.mechanism", "sasl.mechanisms"]
            case .tokenUnsigned: ["enable.sasl.oauthbearer.unsecure.jwt"]
            }
        }

        public var description: String {
            switch self {
            case .certificateUnverified:
                "enable.ssl.certificate.verification=false accepts the certificate of anybody"
            case .nameUnverified:
                "ssl.endpoint.identification.algorithm=none accepts a broker by any name"
            case .credentialsInClear:
                "SASL PLAIN or OAUTHBEARER without TLS sends the credentials in clear text"
            case .tokenUnsigned:
                "enable.sasl.oauthbearer.unsecure.jwt=true authenticates by a token that anybody can make"
            }
        }
    }

    /// Whether TLS is used.
    public let isEncrypted: Bool
    /// Whether the client authenticates by a token that it has to be given.
    public let needsToken: Bool
    /// What an installation that processes real payments must not have, in the order of `Fault`'s cases.
    public let faults: [Fault]

    /// Whether TLS is used, and a broker's certificate and name are verified.
    public var isVerified: Bool {
        isEncrypted && !faults.contains(.certificateUnverified) && !faults.contains(.nameUnverified)
    }

    init(_ properties: borrowing PropertySet) {
        let security = (properties["security.protocol"] ?? "plaintext").lowercased()
        isEncrypted = security == "ssl" || security == "sasl_ssl"
        let mechanism = (properties["sasl.mechanisms"] ?? "").uppercased()
        var faults: [Fault] = []
        // Without TLS they have no effect; a file that turns them off is still wrong the day TLS is turned
        // on.
        if properties["enable.ssl.certificate.verification"]?.lowercased() == "false" {
            faults.append(.certificateUnverified)
        }
        if properties["ssl.endpoint.identification.algorithm"]?.lowercased() == "none" {
            faults.append(.nameUnverified)
        }
        if security == "sasl_plaintext", mechanism == "PLAIN" || mechanism == "OAUTHBEARER" {
            faults.append(.credentialsInClear)
        }
        let isUnsigned = properties["enable.sasl.oauthbearer.unsecure.jwt"]?.lowercased() == "true"
        let usesToken = security.hasPrefix("sasl_") && mechanism == "OAUTHBEARER"
        needsToken = usesToken && !isUnsigned
        if usesToken, isUnsigned { faults.append(.tokenUnsigned) }
        self.faults = faults
    }
}
