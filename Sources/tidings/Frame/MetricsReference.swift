// SPDX-License-Identifier: Apache-2.0
import Telemetry

/// The reference of metrics in Markdown, made from the families that processes declare.
struct MetricsReference {
    private struct Section {
        let title: String
        let families: [MetricFamily]
    }

    private let introduction: String
    private let sections: [Section]

    /// Of the ingress and the worker.
    static let services = MetricsReference(
        introduction: """
            # Metrics of the ingress and the worker

            Made by `tidings config metrics services`; do not edit.

            Both services serve these metrics at `/metrics` on their management port, in the Prometheus text format.
            Each family has its help and type from the first scrape on, with or without a series. A series whose label
            values are a closed set is there from the first scrape on, with the value 0. A gauge named
            `…_timestamp_seconds` has no series until the time is known, so `time() - metric` is an age. A partition's
            series are those of the process that the group has assigned the partition to.
            """,
        sections: [
            Section(title: "Both services", families: ServiceMetrics.services + ServiceMetrics.process),
            Section(title: "Ingress", families: ServiceMetrics.ingress),
            Section(title: "Worker", families: ServiceMetrics.worker),
            Section(title: "Worker with --shadow", families: ServiceMetrics.shadow),
        ])

    /// Of the other processes that run for longer than a command.
    static let tools = MetricsReference(
        introduction: """
            # Metrics of the tools

            Made by `tidings config metrics tools`; do not edit. Those of the services are in [metrics.md](metrics.md).

            `tidings reconcile --continuous` serves them at `/metrics` on its management port. `tidings platform serve`
            and `platform listen` serve them at `/metrics` of `platform.address`, on loopback only. Each family has its
            help and type from the first scrape on, with or without a series.
            """,
        sections: [
            Section(title: "reconcile and platform", families: ServiceMetrics.process),
            Section(title: "reconcile", families: ServiceMetrics.reconcile),
            Section(title: "platform", families: ServiceMetrics.platform),
        ])

    var text: String {
        var text = introduction + "\n"
        var lists: [String] = []
        for section in sections {
            text += "\n## \(section.title)\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
            for family in section.families {
                let labels = family.labels.map { label in cell(of: label, in: family, &lists) }
                let cells = [
                    "`\(family.name)`", family.kind.rawValue, labels.joined(separator: "; "),
                    "\(family.help)" + Self.buckets(of: family),
                ]
                text += "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
            }
        }
        guard !lists.isEmpty else { return text }
        return text + "\n## Values of labels\n\n" + lists.joined(separator: "\n") + "\n"
    }

    /// A long set of values is listed below the tables.
    private func cell(
        of label: MetricFamily.Label, in family: MetricFamily, _ lists: inout [String]
    ) -> String {
        if label.values.isEmpty { return "`\(label.name)`: \(label.meaning)" }
        let values = label.values.map { "`\($0)`" }.joined(separator: ", ")
        guard label.values.count > 8 else { return "`\(label.name)`: \(values)" }
        lists.append("- `\(label.name)` of `\(family.name)`: \(values)")
        return "`\(label.name)`: listed below"
    }

    private static func buckets(of family: MetricFamily) -> String {
        guard let first = family.buckets.first, let last = family.buckets.last else { return "" }
        return " \(family.buckets.count) buckets from \(seconds(first)) to \(seconds(last)) s."
    }

    private static func seconds(_ microseconds: Int) -> String {
        let seconds = Double(microseconds) / 1e6
        return Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)"
    }
}
