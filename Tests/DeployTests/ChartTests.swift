// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The Helm chart, checked by Helm, by the schemas of three Kubernetes versions and by the custom resource
/// definitions.
@Suite("Helm chart")
struct ChartTests {
    static let check = OutsideTool(
        "Tests/DeployTests/Checks/check_chart.py",
        modules: ["helm_python", "jsonschema", "kubernetes_validate", "yaml"])
    private static let definitions = Repository.file("Tests/DeployTests/Data/crds")
    private static let rules = Repository.file("deploy/prometheus/rules.yaml")

    @Test("renders, and follows the conventions, for every set of values", .needs(check))
    func chart() throws {
        let (ending, output) = try Self.check.run(
            [Repository.file("deploy/chart").path, Self.definitions.path, Self.rules.path],
            within: .seconds(600))
        #expect(ending == .exit(0), "\(output)")
    }

    /// Each change breaks one convention; the check must name it.
    @Test(
        "the check finds a broken convention", .needs(check),
        arguments: [
            ("templates/ingress/deployment.yaml", "path: /livez", "path: /readyz", "liveness"),
            ("templates/ingress/deployment.yaml", "replicas: {{", "replica: {{", "Kubernetes 1.29"),
            (
                "templates/worker/statefulset.yaml", "podManagementPolicy: Parallel",
                "podManagementPolicy: OrderedReady", "one after another"
            ),
            (
                "templates/worker/statefulset.yaml", "emptyDir: {sizeLimit: {{ $state.sizeLimit }}}",
                "emptyDir: {}", "size limit"
            ),
            (
                "templates/worker/autoscaler.yaml", "offsetResetPolicy: earliest",
                "offsetResetPolicy: latest", "offsetResetPolicy"
            ),
            ("templates/worker/autoscaler.yaml", "pollingInterval:", "pollInterval:", "ScaledObject"),
            ("templates/strimzi/topics.yaml", "topicName:", "topicname:", "KafkaTopic"),
            ("templates/monitoring/servicemonitor.yaml", "endpoints:", "endpoint:", "ServiceMonitor"),
            ("templates/worker/disruption.yaml", "AlwaysAllow", "IfHealthyBudget", "IfHealthyBudget"),
            (
                "templates/_helpers.tpl", "enableServiceLinks: false", "enableServiceLinks: true",
                "service links"
            ),
            ("templates/_helpers.tpl", "app.kubernetes.io/part-of: tidings", "part-of: tidings", "labels"),
            ("templates/monitoring/_rules.tpl", "[15m])) > 0", "[16m])) > 0", "deploy/prometheus/generate"),
            ("values.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "non-root"),
            (
                "values.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false",
                "read-only root"
            ),
            ("values.yaml", "drop: [ALL]", "drop: [NET_RAW]", "capabilities"),
            ("values.yaml", "drop: [ALL]", "drop: [ALL]\n  runAsUser: 0", "no root user"),
            ("values.yaml", "drop: [ALL]", "drop: [ALL]\n  procMount: Unmasked", "the default /proc"),
            (
                "values.yaml", "drop: [ALL]", "drop: [ALL]\n  appArmorProfile: {type: Unconfined}",
                "AppArmor"
            ),
            ("values.yaml", "type: RuntimeDefault", "type: Unconfined", "seccomp"),
            (
                "values.yaml", "fsGroup: 65532", "fsGroup: 65532\n  seLinuxOptions: {type: spc_t}",
                "no SELinux options"
            ),
            (
                "values.schema.json", "\"additionalProperties\": false", "\"additionalProperties\": true",
                "is accepted"
            ),
        ])
    func broken(file: String, text: String, wrong: String, named: String) throws {
        let folder = try TemporaryDirectory()
        let copy = folder.file("chart")
        try FileManager.default.copyItem(at: Repository.file("deploy/chart"), to: copy)
        // The chart's link to the dashboards leads nowhere from here.
        try? FileManager.default.removeItem(at: copy.appendingPathComponent("dashboards"))
        let path = copy.appendingPathComponent(file)
        let before = try String(contentsOf: path, encoding: .utf8)
        let after = before.replacingOccurrences(of: text, with: wrong)
        try #require(before != after)
        try after.write(to: path, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.check.run(
            [copy.path, Self.definitions.path, Self.rules.path], within: .seconds(600))
        #expect(ending == .exit(1))
        #expect(output.contains(named), "\(output)")
    }
}
