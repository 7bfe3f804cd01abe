// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import TestSupport
import Testing

/// The settings that the deployment files name exist.
@Suite("Setting names in deployment files")
struct SettingNameTests {
    private static let files = [
        "deploy/compose.yaml", "deploy/chart/templates/_helpers.tpl",
        "deploy/chart/templates/ingress/deployment.yaml", "deploy/chart/templates/worker/statefulset.yaml",
        "deploy/debian/tidings-ingress.service", "deploy/debian/tidings-worker@.service",
    ]

    @Test("each variable and each flag is that of a setting", arguments: files)
    func exist(path: String) throws {
        let text = try String(contentsOf: Repository.file(path), encoding: .utf8)
        let variables = Set(SettingsTable.rows.compactMap(\.environmentName))
        let flags = Set(SettingsTable.rows.map(\.flag))
        let own: Set = ["TIDINGS_COMPOSE_SECRET", "TIDINGS_IMAGE"]
        let named = text.matches(of: /\bTIDINGS_[A-Z_]+[A-Z]/).map { String($0.output) }
        #expect(!named.isEmpty)
        for name in named where !own.contains(name) { #expect(variables.contains(name), "\(name)") }
        for match in text.matches(of: /--(?:ingress|worker|management|kafka|topic)-[a-z-]+/) {
            #expect(flags.contains(String(match.output)), "\(match.output)")
        }
    }
}
