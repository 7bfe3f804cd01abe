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
        try administer(
            "kafka-acls.sh",
            ["--add", "--topic", topic, "--allow-principal", "User:*", "--operation", "All"])
        try administer("kafka-acls.sh", ["--add", "--topic", topic] + Self.denial)
    }

    /// Gives it again.
    public func allowWriting(to topic: String) throws {
        try administer("kafka-acls.sh", ["--remove", "--force", "--topic", topic] + Self.denial)
    }

    private static let denial = ["--deny-principal", "User:ANONYMOUS", "--operation", "Write"]

    private func administer(_ program: String, _ arguments: [String]) throws {
        guard let server else { throw BrokerUnavailable(reason: Self.howToGiveHome.rawValue) }
        _ = try server.run(program, arguments)
    }
}
