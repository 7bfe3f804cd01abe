// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import TestSupport
import Testing

/// What the reconcile role does: read the events, and write the platform's answer as a callback.
final class ReconcileTrial {
    private let cluster: AccessCluster
    private let folder: TemporaryDirectory
    private let platform: ScriptedServer

    init(_ cluster: AccessCluster) throws {
        self.cluster = cluster
        folder = try TemporaryDirectory()
        try Data("\(Installation.projectID):reconciled-1\n".utf8).write(to: folder.file("payments.txt"))
        platform = try ScriptedServer { _, _ in
            .json(
                """
                {"project_id":\(Installation.projectID),\
                "payment":{"id":"reconciled-1","status":"success","type":"purchase"},\
                "operations":[{"id":1,"type":"sale","status":"success","date":"2024-12-07T19:08:45+0000",\
                "request_id":"r"}]}
                """)
        }
    }

    func expectWorking() throws {
        let run = try run()
        #expect(run.waitForEnd(within: .zero) == .exit(0), "\(run.output)\(run.errors)")
        #expect(run.output.contains("success: 1 written"), "\(run.output)")
    }

    func expectDenied(_ line: AccessLine) throws {
        let run = try run()
        #expect(run.waitForEnd(within: .zero) == .exit(1), "\(line.right): \(run.output)\(run.errors)")
        let text = run.output + run.errors
        #expect(text.contains("the principal lacks \(line.right)"), "\(line.right): \(text)")
    }

    private func run() throws -> ChildProcess {
        let environment = ["TIDINGS_GATE_URL": platform.url, "TIDINGS_RECONCILE_RATE": "1000/s"]
        let run = try cluster.installation.tidings(
            ["reconcile", "--payments", folder.file("payments.txt").path, "--execute"],
            cluster.environment(of: .reconcile).merging(environment) { $1 })
        try #require(run.waitForEnd(within: .seconds(300)) != nil, "reconcile does not end")
        return run
    }
}
