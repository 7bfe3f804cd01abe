// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("Dashboards")
struct DashboardTests {
    private static let folder = Repository.file("deploy/dashboards")
    private static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
        .filter { $0.hasSuffix(".json") }.sorted() ?? []

    @Test("there is one for the flow, latency, Kafka, the state and security")
    func complete() {
        #expect(Self.names == ["flow.json", "kafka.json", "latency.json", "security.json", "state.json"])
    }

    @Test("each panel has a query, a unit, a description and the chosen data source", arguments: names)
    func panels(name: String) throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(board["uid"] as? String == "tidings-\(name.dropLast(5))")
        let panels = try #require(board["panels"] as? [[String: Any]])
        #expect(panels.count >= 4)
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        for panel in panels {
            let title = try #require(panel["title"] as? String)
            let source = panel["datasource"] as? [String: Any]
            let defaults = (panel["fieldConfig"] as? [String: Any])?["defaults"] as? [String: Any]
            let targets = try #require(panel["targets"] as? [[String: Any]], "\(title)")
            #expect((panel["description"] as? String)?.isEmpty == false, "\(title)")
            #expect(source?["uid"] as? String == "${datasource}", "\(title)")
            #expect((defaults?["unit"] as? String)?.isEmpty == false, "\(title)")
            #expect(!targets.isEmpty, "\(title)")
            for target in targets {
                #expect(
                    (target["expr"] as? String)?.contains("tidings_") == true
                        || (target["expr"] as? String)?.contains("process_") == true, "\(title)")
            }
        }
    }
}
