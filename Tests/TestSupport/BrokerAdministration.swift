// SPDX-License-Identifier: Apache-2.0
internal import Testing

/// What an administrator changes while a topic is in use. Needs a broker that was started here.
extension Broker {
    /// Properties of a broker that asks ACLs, and allows what no ACL is about.
    public static let withAccessControl = [
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found=true",
    ]

    /// Sets a topic's setting, `name=value`.
    public func alter(_ topic: String, _ setting: String) throws {
        try administer(
            "kafka-configs.sh",
            ["--entity-type", "topics", "--entity-name", topic, "--alter", "--add-config", setting])
    }

    /// Takes back the right to write to a topic. Needs a broker with `withAccessControl`.
    public func forbidWriting(to topic: String) throws {
        // What any ACL is about is no longer allowed to everyone.
        try changeRights(["--add", "--topic", topic, "--allow-principal", "User:*", "--operation", "All"])
        try changeRights(["--add", "--topic", topic] + Self.denial)
    }

    /// Gives it again.
    public func allowWriting(to topic: String) throws {
        try changeRights(["--remove", "--force", "--topic", topic] + Self.denial)
    }

    /// Rights on resources, as `kafka-acls.sh` takes them.
    public struct Rights: Sendable {
        /// Such as `--topic` and a name, or several.
        var resources: [String]
        var operations: [String]

        public init(_ operations: [String], on resources: [String]) {
            self.resources = resources
            self.operations = operations
        }
    }

    /// From now on no client may do anything on topics, groups and transactional ids that is not given
    /// expressly. On the cluster everyone may change rights, as tests do, and nothing else. Needs a broker
    /// with `withAccessControl`.
    public func forbidEverything() throws {
        try give(Rights(["Alter", "ClusterAction"], on: ["--cluster"]))
        // What any ACL is about is no longer allowed to everyone.
        try changeRights(
            ["--add", "--topic", "*", "--group", "*", "--transactional-id", "*"]
                + ["--allow-principal", "User:nobody", "--operation", "All"])
    }

    /// Gives rights to everyone.
    public func give(_ rights: Rights) throws { try change("--add", rights) }

    /// Takes back what was given.
    public func takeBack(_ rights: Rights) throws { try change("--remove", rights) }

    private func change(_ how: String, _ rights: Rights) throws {
        try changeRights(
            [how] + (how == "--remove" ? ["--force"] : []) + rights.resources
                + rights.operations.flatMap { ["--operation", $0] } + ["--allow-principal", "User:*"])
    }

    private static let denial = ["--deny-principal", "User:ANONYMOUS", "--operation", "Write"]

    /// The class behind `kafka-acls.sh`: a folder with a part of Kafka may have a script that names an older
    /// one.
    private func changeRights(_ arguments: [String]) throws {
        guard let server else { throw BrokerUnavailable(reason: Self.howToGiveHome.rawValue) }
        do {
            _ = try server.run("kafka-acls.sh", arguments)
        } catch {
            _ = try server.run("kafka-run-class.sh", arguments, class: "org.apache.kafka.tools.AclCommand")
        }
    }

    private func administer(_ program: String, _ arguments: [String]) throws {
        guard let server else { throw BrokerUnavailable(reason: Self.howToGiveHome.rawValue) }
        _ = try server.run(program, arguments)
    }
}
