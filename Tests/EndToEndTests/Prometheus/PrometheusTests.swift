// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// The rules and dashboards against a Prometheus that scraped an ingress and workers for a minute.
@Suite("Prometheus", .serialized, .needsBroker)
struct PrometheusTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"
    private static var hasTools: Bool { PrometheusServer.isThere && Program.find("openssl") != nil }

    /// Two ingresses and two workers, so that each series with a reason to exist exists.
    private final class Services {
        let port: Int
        let processes: [ChildProcess]
        let targets: [String: [Int]]
        private let installations: [Installation]
        private let folder: TemporaryDirectory

        init() throws {
            let folder = try TemporaryDirectory()
            let installation = try Installation(on: try Broker.shared(), partitions: 2)
            let management = try (0..<4).map { _ in try freePort() }
            let ports = try (0..<2).map { _ in try freePort() }
            var ingresses: [ChildProcess] = []
            for (index, flags) in [[], try Self.tls(in: folder)].enumerated() {
                ingresses.append(
                    try installation.tidings(
                        [
                            "ingress", "--ingress-address", "127.0.0.1:\(ports[index])",
                            "--management-address", "127.0.0.1:\(management[index])", "--keys-file",
                            try Self.keysFile(in: folder),
                        ] + flags))
            }
            let worker = try installation.worker(slot: 0, management: management[2])
            let stuck = try Self.stuckWorker(management: management[3])
            installations = [installation, stuck.installation]
            processes = ingresses + [worker, stuck.process]
            targets = [
                "tidings-ingress": Array(management[..<2]), "tidings-worker": Array(management[2...]),
            ]
            port = ports[0]
            self.folder = folder
        }

        /// Flags for a certificate, whose expiry is a series.
        private static func tls(in folder: borrowing TemporaryDirectory) throws -> [String] {
            let (certificate, key) = (folder.file("server.pem").path, folder.file("server.key").path)
            _ = try Program.output(
                of: "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "30", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
                ])
            return ["--ingress-tls-certificate-file", certificate, "--ingress-tls-key-file", key]
        }

        /// With a key that ends, whose end is a series.
        private static func keysFile(in folder: borrowing TemporaryDirectory) throws -> String {
            try Data(Installation.secret.utf8).write(to: folder.file("secret"))
            try Data("an older secret".utf8).write(to: folder.file("old"))
            let keys = """
                projects:
                  "\(Installation.projectID)":
                    keys:
                      - {id: main, secret_file: secret, mode: active}
                      - {id: old, secret_file: old, mode: retiring, until: 2036-01-01T00:00:00Z}
                """
            try Data(keys.utf8).write(to: folder.file("keys.yaml"))
            return folder.file("keys.yaml").path
        }

        /// A worker of a separate installation that hangs with callbacks before it: the time of the oldest
        /// one is a series.
        private static func stuckWorker(
            management port: Int
        ) throws -> (installation: Installation, process: ChildProcess) {
            let installation = try Installation(on: try Broker.shared(), partitions: 1)
            let filler = try LogFiller(installation)
            var traffic = Traffic(seed: 71, payments: 10)
            try filler.write(traffic.next(200))
            let process = try installation.worker(
                slot: 0, failpoint: "after-offsets:3:hang", management: port)
            return (installation, process)
        }
    }

    /// With the values of a dashboard's variables.
    private static func filled(_ text: String) -> String {
        text.replacing("$__rate_interval", with: "1m").replacing("$__range", with: "1h")
            .replacing("$job", with: ".*")
    }

    @Test(
        "after a minute of scrapes each selector matches a series, each rule is evaluated, and each panel has values",
        .enabled(if: hasTools, "needs prometheus, curl and openssl"),
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func selectors() throws {
        let services = try Services()
        let prometheus = try PrometheusServer(scraping: services.targets)
        let load = PostLoad(to: services.port, threads: 2)
        load.waitFor(20)
        try prometheus.waitForScrapes(60, of: 4)
        load.waitFor(20)

        let (alerts, panels) = try (Expressions.alerts(), Expressions.dashboards())
        var selectors: [String: String] = [:]
        for (origin, text) in alerts + panels {
            for selector in MetricSelector.all(in: text) { selectors[Self.filled(selector.text)] = origin }
        }
        #expect(selectors.count > 40)
        for (selector, origin) in selectors.sorted(by: { $0.key < $1.key }) {
            #expect(try prometheus.seriesCount(of: selector) > 0, "\(origin): \(selector)")
        }
        // The variables of the dashboards are not expressions.
        for (origin, text) in panels where !text.hasPrefix("label_values") {
            let values = try prometheus.values(of: Self.filled(text))
            #expect(values?.isEmpty == false, "\(origin): \(text)")
        }
        let rules = try prometheus.rules()
        #expect(rules.healthy == Set(alerts.map(\.origin)), "\(rules.broken)")
        let result = load.stop()
        #expect(result.statuses.keys.allSatisfy { [200, 503].contains($0) }, "\(result)")
        for process in services.processes { #expect(process.isRunning, "\(process.errors.suffix(2000))") }
    }
}
