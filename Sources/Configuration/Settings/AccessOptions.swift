// SPDX-License-Identifier: Apache-2.0
public import Audit

/// Flags of `topics acls`.
public enum AccessOptions {
    /// How Strimzi's users authenticate.
    public enum StrimziAuthentication: String, Sendable, CaseIterable {
        case tls
        case tlsExternal = "tls-external"
        case scramSHA512 = "scram-sha-512"
    }

    /// The principals that are called otherwise.
    public static let principals = Setting<[NamedText]>(
        "principal", .pairs("ROLE=NAME"), default: [], sources: .flagOnly,
        "the principal of a role (\(AccessRole.allCases.map(\.rawValue).joined(separator: ", "))) "
            + "instead of tidings-ROLE; once for each")
    public static let role = Setting<AccessRole?>(
        "role", optional: .choice, sources: .flagOnly, "print this role alone")
    public static let readerGroup = Setting(
        "reader_group", .kafkaName, default: AccessRole.reader.standardPrincipal, sources: .flagOnly,
        "the consumer group of the service that reads events")
    public static let strimzi = Setting(
        flag: "strimzi", "print Strimzi KafkaUsers instead of kafka-acls.sh lines")
    /// The Kafka resource of Strimzi.
    public static let strimziCluster = Setting(
        "strimzi_cluster", .kafkaName, default: "kafka", sources: .flagOnly,
        "the value of the label strimzi.io/cluster")
    public static let strimziAuthentication = Setting<StrimziAuthentication>(
        "strimzi_authentication", .choice, default: .tls, sources: .flagOnly,
        "how the KafkaUsers authenticate; librdkafka before 2.6.1 has no SCRAM at Kafka 4")
    static let rows = [
        principals.row, role.row, readerGroup.row, strimzi.row, strimziCluster.row,
        strimziAuthentication.row,
    ]
}

extension Settings {
    /// The rules of the roles that are asked for.
    public func accessList() throws(ConfigurationError) -> AccessList {
        var principals: [AccessRole: String] = [:]
        for pair in self[AccessOptions.principals] {
            guard let role = AccessRole(rawValue: pair.name) else {
                let roles = AccessRole.allCases.map(\.rawValue)
                throw refusal(
                    of: AccessOptions.principals,
                    "names \(pair.name.quoted), which is not one of \(roles.joined(separator: ", "))"
                        + NearestName.hint(for: pair.name, among: roles))
            }
            // Kafka's own tools write the type in front of the name.
            let name = pair.text.hasPrefix("User:") ? String(pair.text.dropFirst(5)) : pair.text
            guard !name.isEmpty else {
                throw refusal(of: AccessOptions.principals, "gives \(role.rawValue) no name")
            }
            principals[role] = name
        }
        let plan = AccessPlan(
            topics: topicNames, group: self[WorkerSettings.group],
            readerGroup: self[AccessOptions.readerGroup])
        let roles = self[AccessOptions.role].map { [$0] } ?? AccessRole.allCases
        return AccessList(
            roles.map { role in
                .init(
                    role, principal: principals[role] ?? role.standardPrincipal, rules: plan.rules(of: role))
            })
    }
}
