// SPDX-License-Identifier: Apache-2.0
internal import Kafka

/// The rules of some roles, written for the tools that administrators use.
public struct AccessList: Sendable {
    /// A role's principal and rules.
    public struct Entry: Sendable {
        public let role: AccessRole
        /// Without `User:`.
        public let principal: String
        public let rules: [AccessRule]

        public init(_ role: AccessRole, principal: String, rules: [AccessRule]) {
            self.role = role
            self.principal = principal
            self.rules = rules
        }
    }

    private let entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    /// A line of `kafka-acls.sh` for each rule.
    ///
    /// - Parameter bootstrapServers: of the cluster.
    public func commands(bootstrapServers: String) -> String {
        var text = ""
        for entry in entries {
            text += "# \(entry.role.rawValue)\n"
            for rule in entry.rules {
                let words =
                    [
                        "kafka-acls.sh", "--bootstrap-server", bootstrapServers, "--add", "--allow-principal",
                        "User:\(entry.principal)", "--operation", rule.right.operation.rawValue,
                    ] + rule.flags
                text += words.map(Self.quoted).joined(separator: " ") + "\n"
            }
        }
        return text
    }

    /// A word of a shell's command line.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", ":", ",", "=", "/": true
            default: false
            }
        }
        return isPlain
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: #"'\''"#) + "'"
    }
}

extension AccessList {
    /// A Strimzi `KafkaUser` for each role.
    ///
    /// - Parameters:
    ///   - cluster: the `Kafka` resource that the users belong to.
    ///   - authentication: the type, such as `tls`.
    public func kafkaUsers(cluster: String, authentication: String) -> String {
        var text = ""
        for entry in entries {
            text += """
                ---
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaUser
                metadata:
                  name: \(Self.yaml(entry.principal))
                  labels:
                    strimzi.io/cluster: \(Self.yaml(cluster))
                spec:
                  authentication:
                    type: \(authentication)
                  authorization:
                    type: simple
                    acls:

                """
            for (resource, rules) in Self.byResource(entry.rules) {
                let operations = rules.map(\.right.operation.rawValue).joined(separator: ", ")
                text += "      - resource: {\(resource)}\n        operations: [\(operations)]\n"
            }
        }
        return text
    }

    private static func byResource(_ rules: [AccessRule]) -> [(resource: String, rules: [AccessRule])] {
        var groups: [(resource: String, rules: [AccessRule])] = []
        for rule in rules {
            let resource = rule.resourceMapping(yaml)
            if groups.last?.resource == resource {
                groups[groups.count - 1].rules.append(rule)
            } else {
                groups.append((resource, [rule]))
            }
        }
        return groups
    }

    /// A scalar that no reader of YAML takes for a number or a word with a meaning.
    private static func yaml(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}

extension KafkaRight.Resource {
    /// The kind as `kafka-acls.sh` and as a `KafkaUser` name it, and the resource's name.
    fileprivate var words: (flag: String, type: String, name: String?) {
        switch self {
        case .topic(let name): ("--topic", "topic", name)
        case .group(let name): ("--group", "group", name)
        case .transactionalID(let name): ("--transactional-id", "transactionalId", name)
        case .cluster: ("--cluster", "cluster", nil)
        }
    }
}

extension AccessRule {
    /// The resource, as `kafka-acls.sh` takes it.
    fileprivate var flags: [String] {
        let (flag, _, name) = right.resource.words
        return [flag] + (name.map { [$0] } ?? [])
            + (pattern == .prefixed ? ["--resource-pattern-type", "prefixed"] : [])
    }

    /// The resource, as a `KafkaUser` has it.
    fileprivate func resourceMapping(_ quoted: (String) -> String) -> String {
        let (_, type, name) = right.resource.words
        guard let name else { return "type: \(type)" }
        let patternType = pattern == .prefixed ? "prefix" : "literal"
        return "type: \(type), name: \(quoted(name)), patternType: \(patternType)"
    }
}
