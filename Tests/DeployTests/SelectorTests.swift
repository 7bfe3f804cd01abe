// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("Selectors of alerts and dashboards")
struct SelectorTests {
    /// Labels that Prometheus adds to each series when it scrapes.
    private static let added: Set<String> = ["job", "instance", "namespace", "pod"]

    private static func expressions() throws -> [(origin: String, text: String)] {
        try Expressions.alerts() + Expressions.dashboards()
    }

    @Test("each names a documented metric, with documented labels and values")
    func documented() throws {
        let documented = try DocumentedMetrics()
        #expect(documented.families.count > 60)
        let expressions = try Self.expressions()
        #expect(try Expressions.alerts().count >= 19)
        for (origin, text) in expressions {
            let selectors = MetricSelector.all(in: text)
            #expect(!selectors.isEmpty, "\(origin): \(text)")
            // Prometheus makes `up`.
            for selector in selectors where selector.name != "up" {
                let series = documented.series(selector.name)
                #expect(series != nil, "\(origin): \(selector.name) is not documented")
                guard let (family, labels) = series else { continue }
                for matcher in selector.matchers where !Self.added.contains(matcher.label) {
                    #expect(labels.contains(matcher.label), "\(origin): \(selector.text)")
                    guard matcher.operation == "=", let values = family.values[matcher.label] else {
                        continue
                    }
                    #expect(values.contains(matcher.value), "\(origin): \(selector.text)")
                }
            }
        }
    }

    @Test("each label that an expression groups by is one of its metrics'")
    func groups() throws {
        let documented = try DocumentedMetrics()
        for (origin, text) in try Self.expressions() {
            let labels = MetricSelector.all(in: text)
                .compactMap { documented.series($0.name)?.labels }
                .reduce(Self.added) { $0.union($1) }
            for group in text.matches(of: /\bby ?\(([^)]*)\)/) {
                for label in group.1.split(separator: ",") {
                    let label = label.filter { $0 != " " }
                    #expect(labels.contains(label), "\(origin): by (\(label)) in \(text)")
                }
            }
        }
    }

    @Test("each metric that the other documents name is documented")
    func documents() throws {
        let documented = try DocumentedMetrics()
        let tools = try String(contentsOf: Repository.file("deploy/docs/metrics-tools.md"), encoding: .utf8)
        let folder = Repository.file("deploy/docs")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".md") && !$0.hasPrefix("metrics") }
        let files = names.map { folder.appendingPathComponent($0) } + [Repository.file("README.md")]
        var count = 0
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /\b(tidings_[a-z]+_[a-z_]+)(?:\{([a-z]+)=)?/) {
                // Names with an underscore of something else, such as a file of this repository.
                guard !String(match.1).hasSuffix("_") else { continue }
                count += 1
                let series = documented.series(String(match.1))
                #expect(
                    series != nil || tools.contains("`\(match.1)`"),
                    "\(file.lastPathComponent) names \(match.1)")
                guard let label = match.2, let series else { continue }
                #expect(series.labels.contains(String(label)), "\(file.lastPathComponent): \(match.0)")
            }
        }
        #expect(count > 0)
    }
}
