// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// Restarts and scaling under load, through the proxy of the compose file.
@Suite("Rolling restarts and scaling", .serialized, .needsBroker)
struct RollingRestartTests {
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] != nil

    @Test(
        "two ingresses and three workers are restarted one by one: every POST gets 200, nothing is lost or doubled",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func rollingRestart() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 6)
        let fleet = try Fleet(installation, ingresses: 2)
        for number in 0..<2 { try fleet.startIngress(number) }
        for slot in 0..<3 { try fleet.startWorker(slot) }
        fleet.waitUntilOwned()
        let load = PostLoad(to: fleet.port)
        load.waitFor(100)
        for number in 0..<2 {
            fleet.stopIngress(number)
            try fleet.startIngress(number)
        }
        for slot in 0..<3 {
            fleet.stopWorker(slot)
            load.waitFor(20)
            try fleet.startWorker(slot)
        }
        load.waitFor(100)
        try fleet.expectAllOnce(load.stop())
    }

    @Test(
        "an ingress and a worker are added and removed again and again: every POST gets 200, nothing is lost or doubled",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func scaling() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 6)
        let fleet = try Fleet(installation, ingresses: 2)
        try fleet.startIngress(0)
        for slot in 0..<2 { try fleet.startWorker(slot) }
        fleet.waitUntilOwned()
        let load = PostLoad(to: fleet.port)
        for _ in 0..<(Self.isFull ? 20 : 5) {
            try fleet.startIngress(1)
            try fleet.startWorker(2)
            fleet.waitUntilOwned()
            load.waitFor(20)
            fleet.stopWorker(2, by: SIGUSR1)
            fleet.waitUntilOwned()
            fleet.stopIngress(1)
            load.waitFor(20)
        }
        try fleet.expectAllOnce(load.stop())
    }
}
