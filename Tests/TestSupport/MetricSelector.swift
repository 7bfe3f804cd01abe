// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A selector of a PromQL expression, such as `tidings_x{a="b"}`.
public struct MetricSelector: Hashable {
    public struct Matcher: Hashable {
        public var label: String
        public var operation: String
        public var value: String
    }

    public var name: String
    public var matchers: [Matcher]
    /// As it is in the expression.
    public var text: String

    /// The selectors of an expression, in order.
    public static func all(in expression: String) -> [MetricSelector] {
        expression.matches(of: /\b((?:tidings|process)_[a-z_]+|up(?=\{))(\{[^}]*\})?/).map { match in
            let matchers = (match.2 ?? "").matches(of: /([a-z_]+)(=~|!~|!=|=)"([^"]*)"/).map {
                Matcher(label: String($0.1), operation: String($0.2), value: String($0.3))
            }
            return MetricSelector(name: String(match.1), matchers: matchers, text: String(match.0))
        }
    }
}

/// The expressions of alerts and dashboards.
public enum Expressions {
    public static func alerts() throws -> [(origin: String, text: String)] {
        let rules = try ["rules.yaml", "project-silent.yaml"]
            .map { try String(contentsOf: Repository.file("deploy/prometheus/\($0)"), encoding: .utf8) }
            .joined()
        // A long expression goes on on lines that are indented further than its key.
        let pattern = /alert: (\w+)\n    expr: (.*(?:\n      .*)*)/
        return rules.matches(of: pattern).map { ("\($0.1)", "\($0.2)") }
    }

    public static func dashboards() throws -> [(origin: String, text: String)] {
        let folder = Repository.file("deploy/dashboards")
        var found: [(origin: String, text: String)] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where name.hasSuffix(".json") {
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            collect(try JSONSerialization.jsonObject(with: data), name, &found)
        }
        return found
    }

    private static func collect(
        _ value: Any, _ origin: String, _ found: inout [(origin: String, text: String)]
    ) {
        if let object = value as? [String: Any] {
            if let text = object["expr"] as? String { found.append((origin, text)) }
            if let query = object["query"] as? String, query.contains("(") { found.append((origin, query)) }
            for member in object.values { collect(member, origin, &found) }
        } else if let array = value as? [Any] {
            for element in array { collect(element, origin, &found) }
        }
    }
}
