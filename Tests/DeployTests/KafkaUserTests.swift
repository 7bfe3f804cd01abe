// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import TestSupport
import Testing

/// The KafkaUsers of the Helm chart.
@Suite("Kafka users of the chart")
struct KafkaUserTests {
    private static let check = OutsideTool(
        "Tests/DeployTests/Checks/check_users.py", modules: ["helm_python", "yaml"])

    /// What `tidings topics acls --strimzi` prints.
    private static var printed: String {
        let plan = AccessPlan(
            topics: TopicNames(), group: "tidings", readerGroup: AccessRole.reader.standardPrincipal)
        let entries = AccessRole.allCases.map {
            AccessList.Entry($0, principal: $0.standardPrincipal, rules: plan.rules(of: $0))
        }
        return AccessList(entries).kafkaUsers(cluster: "kafka", authentication: "tls")
    }

    @Test("have the entries that the command prints", .needs(check))
    func equal() throws {
        let (ending, output) = try Self.compare(Repository.file("deploy/chart"))
        #expect(ending == .exit(0), "\(output)")
    }

    @Test("a missing entry is found", .needs(check))
    func different() throws {
        let folder = try TemporaryDirectory()
        let copy = folder.file("chart")
        try FileManager.default.copyItem(at: Repository.file("deploy/chart"), to: copy)
        // The chart's link to the dashboards leads nowhere from here.
        try? FileManager.default.removeItem(at: copy.appendingPathComponent("dashboards"))
        let path = copy.appendingPathComponent("templates/strimzi/users.yaml")
        let before = try String(contentsOf: path, encoding: .utf8)
        let after = before.replacingOccurrences(
            of: "$readGroup $transactions)", with: "$readGroup)")
        try #require(before != after)
        try after.write(to: path, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.compare(copy)
        #expect(ending == .exit(1))
        #expect(output.contains("tidings-worker"), "\(output)")
    }

    private static func compare(_ chart: URL) throws -> (ending: ChildProcess.Ending?, output: String) {
        let folder = try TemporaryDirectory()
        try printed.write(to: folder.file("users.yaml"), atomically: true, encoding: .utf8)
        return try check.run([chart.path, folder.file("users.yaml").path], within: .seconds(300))
    }
}
