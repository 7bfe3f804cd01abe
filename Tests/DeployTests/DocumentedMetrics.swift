import Foundation
import TestSupport

/// The metrics of `deploy/docs/metrics.md`.
struct DocumentedMetrics {
    struct Family: Equatable {
        var kind: String
        var labels: Set<String>
        /// The closed sets, as far as the table itself lists them.
        var values: [String: Set<String>]
    }

    private(set) var families: [String: Family] = [:]

    init() throws {
        let text = try String(contentsOf: Repository.file("deploy/docs/metrics.md"), encoding: .utf8)
        for line in text.split(separator: "\n") {
            guard let row = line.wholeMatch(of: /\| `([a-z_]+)` \| (\w+) \| (.*?) \| .* \|/) else {
                addList(line)
                continue
            }
            var family = Family(kind: String(row.2), labels: [], values: [:])
            for label in row.3.split(separator: "; ") {
                guard let parts = label.wholeMatch(of: /`([a-z]+)`: (.*)/) else { continue }
                family.labels.insert(String(parts.1))
                guard parts.2.hasPrefix("`"), !parts.2.contains(" or ") else { continue }
                family.values[String(parts.1)] = Self.values(of: parts.2)
            }
            families[String(row.1)] = family
        }
    }

    /// A line below the tables: a long set of values.
    private mutating func addList(_ line: Substring) {
        guard let list = line.wholeMatch(of: /- `([a-z]+)` of `([a-z_]+)`: (.*)/) else { return }
        families[String(list.2)]?.values[String(list.1)] = Self.values(of: list.3)
    }

    private static func values(of text: Substring) -> Set<String> {
        Set(text.matches(of: /`([^`]+)`/).map { String($0.1) })
    }

    /// The family that a series of this name belongs to, and the labels that it can have.
    func series(_ name: String) -> (family: Family, labels: Set<String>)? {
        for (suffix, labels) in [("_bucket", ["le"]), ("_sum", []), ("_count", [])] as [(String, Set<String>)]
        where name.hasSuffix(suffix) {
            if let family = families[String(name.dropLast(suffix.count))], family.kind == "histogram" {
                return (family, family.labels.union(labels))
            }
        }
        guard let family = families[name], family.kind != "histogram" else { return nil }
        return (family, family.labels)
    }
}

/// A selector of a PromQL expression, such as `tidings_x{a="b"}`.
struct MetricSelector: Hashable {
    struct Matcher: Hashable {
        var label: String
        var operation: String
        var value: String
    }

    var name: String
    var matchers: [Matcher]
    /// As it is in the expression.
    var text: String

    /// The selectors of an expression, in order.
    static func all(in expression: String) -> [MetricSelector] {
        expression.matches(of: /((?:tidings|process)_[a-z_]+)(\{[^}]*\})?/).map { match in
            let matchers = (match.2 ?? "").matches(of: /([a-z_]+)(=~|!~|!=|=)"([^"]*)"/).map {
                Matcher(label: String($0.1), operation: String($0.2), value: String($0.3))
            }
            return MetricSelector(name: String(match.1), matchers: matchers, text: String(match.0))
        }
    }
}

/// The expressions of alerts and dashboards.
enum Expressions {
    static func alerts() throws -> [(origin: String, text: String)] {
        let rules = try ["rules.yaml", "project-silent.yaml"]
            .map { try String(contentsOf: Repository.file("deploy/prometheus/\($0)"), encoding: .utf8) }
            .joined()
        // A long expression goes on on lines that are indented further than its key.
        let pattern = /alert: (\w+)\n    expr: (.*(?:\n      .*)*)/
        return rules.matches(of: pattern).map { ("\($0.1)", "\($0.2)") }
    }

    static func dashboards() throws -> [(origin: String, text: String)] {
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
