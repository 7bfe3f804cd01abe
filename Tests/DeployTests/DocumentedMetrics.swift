// SPDX-License-Identifier: Apache-2.0
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
