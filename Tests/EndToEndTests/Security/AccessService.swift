// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Glibc
import TestSupport
import Testing

/// An ingress or a worker under its role's principal, with its management port.
struct AccessService {
    let process: ChildProcess
    private let port: Int

    init(_ command: String, _ cluster: AccessCluster, _ role: AccessRole) throws {
        port = try freePort()
        var environment = try cluster.environment(of: role)
        environment["TIDINGS_MANAGEMENT_ADDRESS"] = "127.0.0.1:\(port)"
        let flags =
            command == "worker"
            ? ["--worker-slot", "0", "--worker-verify", "missing"]
            : ["--ingress-address", "127.0.0.1:\(try freePort())"]
        process = try cluster.installation.tidings([command] + flags, environment)
    }

    private var readiness: String {
        guard let connection = try? RawHTTP(port: port) else { return "" }
        connection.get("/readyz")
        return connection.answer()?.text ?? ""
    }

    func waitUntilReady() throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            if readiness.contains("\"ready\":true") { return }
            usleep(50_000)
        }
        throw Installation.Broken("not ready: \(readiness) \(process.errors.suffix(3000))")
    }

    /// Waits until it is not ready for this reason, or ended with it.
    func waitUntilNotReady(because sentence: String) throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            let readiness = readiness
            if readiness.contains("\"ready\":false"), readiness.contains(sentence) { return }
            if let ending = process.waitForEnd(within: .zero) {
                #expect(ending == .exit(1))
                #expect(process.errors.contains(sentence), "\(process.errors.suffix(3000))")
                return
            }
            usleep(50_000)
        }
        throw Installation.Broken(
            "no reason contains \(sentence): \(readiness) \(process.errors.suffix(3000))")
    }
}
