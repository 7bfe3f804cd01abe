// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Prometheus of Debian with the configuration of the compose file, but for the targets, the files of the
/// rules and the time between two scrapes.
final class PrometheusServer {
    static var isThere: Bool { Program.find("prometheus") != nil && Program.find("curl") != nil }

    private let process: ChildProcess
    private let address: String
    private let folder: TemporaryDirectory

    /// - Parameter targets: the management ports of each job of the configuration.
    init(scraping targets: [String: [Int]]) throws {
        folder = try TemporaryDirectory()
        try Data(Self.configuration(targets).utf8).write(to: folder.file("prometheus.yaml"))
        address = "127.0.0.1:\(try freePort())"
        process = try ChildProcess(
            #require(Program.find("prometheus")),
            [
                "--config.file", folder.file("prometheus.yaml").path, "--storage.tsdb.path",
                folder.file("data").path, "--web.listen-address", address,
            ])
    }

    private static func configuration(_ targets: [String: [Int]]) throws -> String {
        let text = try String(contentsOf: Repository.file("deploy/compose/prometheus.yaml"), encoding: .utf8)
        let rules = ["rules.yaml", "project-silent.yaml"].map {
            "\"\(Repository.file("deploy/prometheus/\($0)").path)\""
        }
        var job = ""
        var found: Set<String> = []
        var lines: [String] = []
        for line in text.split(separator: "\n").map(String.init) {
            if let name = line.firstMatch(of: /job_name: (\S+)/)?.output.1 { job = String(name) }
            if line.contains("rule_files:") {
                lines.append("rule_files: [\(rules.joined(separator: ", "))]")
            } else if line.contains("targets:"), let ports = targets[job] {
                found.insert(job)
                let addresses = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
                lines.append("      - targets: [\(addresses)]")
            } else {
                lines.append(line.replacing("scrape_interval: 15s", with: "scrape_interval: 1s"))
            }
        }
        try #require(found == Set(targets.keys), "the configuration has other jobs: \(found)")
        try #require(lines.contains { $0.contains("scrape_interval: 1s") })
        return lines.joined(separator: "\n") + "\n"
    }

    /// The member `data` of an answer; nil where the server does not answer or refuses.
    func ask(_ path: String, _ parameters: [(String, String)] = []) throws -> Any? {
        let query = parameters.flatMap { ["--data-urlencode", "\($0.0)=\($0.1)"] }
        let client = try ChildProcess(
            #require(Program.find("curl")),
            ["--silent", "--noproxy", "*", "--get", "http://\(address)/api/v1/\(path)"] + query)
        guard client.waitForEnd(within: .seconds(120)) == .exit(0) else { return nil }
        let answer = try? JSONSerialization.jsonObject(with: Data(client.output.utf8)) as? [String: Any]
        return answer?["status"] as? String == "success" ? answer?["data"] : nil
    }

    /// The series that an expression gives now, by their values; nil where it is refused.
    func values(of expression: String) throws -> [Double]? {
        guard let data = try ask("query", [("query", expression)]) as? [String: Any] else { return nil }
        return (data["result"] as? [[String: Any]])?.compactMap { sample in
            (sample["value"] as? [Any])?.last.flatMap { Double("\($0)") }
        }
    }

    /// How many series a selector has matched since the first scrape.
    func seriesCount(of selector: String) throws -> Int {
        (try ask("series", [("match[]", selector)]) as? [Any])?.count ?? 0
    }

    /// Waits until every target has been scraped so often, and the last time with success.
    func waitForScrapes(_ count: Int, of targets: Int) throws {
        try eventually(within: .seconds(600), "the targets are not scraped: \(process.errors.suffix(2000))") {
            let scraped = try values(of: "count_over_time(up[1h])") ?? []
            let up = try values(of: "up") ?? []
            return scraped.count == targets && scraped.allSatisfy { $0 >= Double(count) }
                && up.allSatisfy { $0 == 1 }
        }
    }

    /// The alerts whose expressions are evaluated without an error, and those with one.
    func rules() throws -> (healthy: Set<String>, broken: [String]) {
        let groups = (try ask("rules") as? [String: Any])?["groups"] as? [[String: Any]] ?? []
        var (healthy, broken): (Set<String>, [String]) = ([], [])
        for rule in groups.flatMap({ $0["rules"] as? [[String: Any]] ?? [] }) {
            let name = rule["name"] as? String ?? ""
            if rule["health"] as? String == "ok" {
                healthy.insert(name)
            } else {
                broken.append("\(name): \(rule["lastError"] ?? "not evaluated")")
            }
        }
        return (healthy, broken)
    }
}
