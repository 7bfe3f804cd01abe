// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The alert rules, evaluated by Prometheus' own tool.
@Suite("Alerts")
struct AlertTests {
    private static let folder = Repository.file("deploy/prometheus")
    private static let promtool = Program.find("promtool")

    @Test(
        "each alert fires when it must and is silent otherwise",
        .enabled(if: promtool != nil, "needs promtool (Debian package prometheus)"))
    func rules() throws {
        for arguments in [
            ["check", "rules", "rules.yaml"], ["check", "rules", "project-silent.yaml"],
            ["test", "rules", "rules.test.yaml"],
        ] {
            let file = Self.folder.appendingPathComponent(arguments[2]).path
            let tool = try ChildProcess(#require(Self.promtool), Array(arguments.prefix(2)) + [file])
            #expect(tool.waitForEnd(within: .seconds(300)) == .exit(0), "\(tool.output)\(tool.errors)")
        }
    }

    @Test("each alert has a firing case, a silent case and a link to the runbook")
    func cases() throws {
        let rules = try ["rules.yaml", "project-silent.yaml"]
            .map { try String(contentsOf: Self.folder.appendingPathComponent($0), encoding: .utf8) }
            .joined()
        let tests = try String(
            contentsOf: Self.folder.appendingPathComponent("rules.test.yaml"), encoding: .utf8)
        let names = rules.matches(of: /alert: (Tidings[A-Za-z]+)/).map { String($0.1) }
        #expect(names.count >= 20)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(tests.contains("name: \(name) fires"), "\(name)")
            #expect(tests.contains("name: \(name) is silent"), "\(name)")
            #expect(rules.contains("#\(name.lowercased())\n"), "\(name) has no section of the runbook")
        }
    }
}
