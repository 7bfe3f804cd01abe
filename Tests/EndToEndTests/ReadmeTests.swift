// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("README")
struct ReadmeTests {
    /// The default ports are free only in isolation: in a network namespace, which only root can
    /// make.
    private static var canRun: Bool {
        geteuid() == 0 && ["unshare", "ip", "curl"].allSatisfy { Program.find($0) != nil }
            && ProcessInfo.processInfo.environment["KAFKA_HOME"] != nil
    }

    @Test(
        "its commands run on one host with one settings file: an ingress and three workers become ready",
        .enabled(if: canRun, "needs root, unshare, ip, curl and KAFKA_HOME"))
    func run() throws {
        let unshare = try #require(Program.find("unshare"))
        let kafka = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let folder = try TemporaryDirectory()
        let run = try ChildProcess(
            unshare,
            [
                "--net", Repository.file("Tests/Reference/run_readme.sh").path,
                Repository.file("README.md").path, Repository.product("tidings").path, kafka, folder.url.path,
            ])
        #expect(run.waitForEnd(within: .seconds(600)) == .exit(0), "\(run.errors)")
        #expect(run.output.split(separator: "\n") == ["8081", "8082", "8083", "8084"])
    }
}
