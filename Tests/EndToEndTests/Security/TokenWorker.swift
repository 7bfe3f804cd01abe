// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// A service that authenticates by a token.
struct TokenWorker {
    let process: ChildProcess
    private let cluster: SecureCluster
    private let port: Int
    private let filler: LogFiller
    private let seed: UInt64

    init(_ cluster: SecureCluster, _ settings: [String: String], command: String = "worker") throws {
        self.cluster = cluster
        port = try freePort()
        filler = try LogFiller(cluster.installation)
        seed = UInt64(port)
        var environment = try cluster.environment("TOKEN", ["sasl.mechanism=OAUTHBEARER"])
        environment.merge(settings) { $1 }
        environment["TIDINGS_MANAGEMENT_ADDRESS"] = "127.0.0.1:\(port)"
        // On a busy machine a member can miss the heartbeats of a short session, which is not what is tested.
        environment["TIDINGS_WORKER_SESSION_TIMEOUT"] = "60s"
        environment["TIDINGS_WORKER_TRANSACTION_TIMEOUT"] = "60s"
        let flags =
            command == "worker"
            ? ["--worker-slot", "0", "--worker-verify", "never"]
            : ["--ingress-address", "127.0.0.1:\(try freePort())"]
        process = try cluster.installation.tidings([command] + flags, environment)
    }

    var readiness: String {
        guard let connection = try? RawHTTP(port: port) else { return "" }
        connection.get("/readyz")
        return connection.answer()?.text ?? ""
    }

    func waitUntilReady() throws { try wait("\"ready\":true") }

    func waitUntilNotReady(because sentence: String) throws { try wait(sentence) }

    /// Expects it to be ready in each answer until the token has expired.
    func expectReady(until token: UnsignedToken) {
        repeat {
            #expect(readiness.contains("\"ready\":true"), "\(readiness)")
            usleep(50_000)
        } while !token.hasExpired
    }

    private func wait(_ text: String) throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            if readiness.contains(text) { return }
            if let ending = process.waitForEnd(within: .zero) {
                throw Installation.Broken("it ended (\(ending)): \(process.errors.suffix(3000))")
            }
            usleep(50_000)
        }
        throw Installation.Broken("no \(text): \(readiness) \(process.errors.suffix(3000))")
    }

    /// Writes callbacks and waits until the worker has processed them.
    func processCallbacks() throws {
        var traffic = Traffic(seed: seed, payments: 8)
        try filler.write(traffic.next(40))
        try cluster.installation.waitUntilDecided(within: .seconds(240), by: [process])
    }

    func stop() {
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors.suffix(3000))")
        filler.close()
    }
}
