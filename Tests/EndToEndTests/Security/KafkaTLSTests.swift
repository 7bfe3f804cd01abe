// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Kafka over TLS")
struct KafkaTLSTests {
    private static var canRun: Bool {
        geteuid() == 0 && ["unshare", "ip", "openssl"].allSatisfy { Program.find($0) != nil }
            && ProcessInfo.processInfo.environment["KAFKA_HOME"] != nil
    }

    @Test(
        "a private authority works; another authority, another name and verification turned off do not",
        .enabled(if: canRun, "needs root, unshare, ip, openssl and KAFKA_HOME"))
    func verification() throws {
        let unshare = try #require(Program.find("unshare"))
        let kafka = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let folder = try TemporaryDirectory()
        let run = try ChildProcess(
            unshare,
            [
                "--net", Repository.file("Tests/Reference/run_tls.sh").path,
                Repository.product("tidings").path, kafka, folder.url.path,
            ])
        #expect(run.waitForEnd(within: .seconds(600)) == .exit(0), "\(run.errors)")
        // 0 done, 2 refused before a connection, 3 not reached.
        #expect(
            run.output.split(separator: "\n") == [
                "right 0", "foreign-ca 3", "other-name 3", "unverified-refused 2", "other-name-allowed 0",
                "anybody-refused 2",
            ])
    }
}
