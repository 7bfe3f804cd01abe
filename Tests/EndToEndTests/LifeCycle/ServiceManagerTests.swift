// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// What systemd hears from a unit with `Type=notify`.
@Suite("Reports to the service manager", .serialized)
struct ServiceManagerTests {
    private static func ingress(
        _ folder: borrowing TemporaryDirectory, _ environment: [String: String]
    ) throws -> ChildProcess {
        try Data("a secret of the ingress".utf8).write(to: folder.file("secret"))
        let keys = "projects: {1234: {keys: [{id: main, secret_file: secret}]}}"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        return try ChildProcess.tidings(
            [
                "ingress", "--ingress-address", "127.0.0.1:\(try freePort())",
                "--keys-file", folder.file("keys.yaml").path, "--kafka-bootstrap-servers", "127.0.0.1:1",
                "--management-address", "",
            ], environment: environment)
    }

    private static func worker(
        _ folder: borrowing TemporaryDirectory, _ environment: [String: String]
    ) throws -> ChildProcess {
        let own = [
            "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "TIDINGS_MANAGEMENT_ADDRESS": "",
            "TIDINGS_WORKER_STATE_DIR": folder.file("state").path,
        ]
        return try ChildProcess.tidings(
            ["worker", "--worker-verify", "never"], environment: own.merging(environment) { $1 })
    }

    @Test(
        "without Kafka a service reports that it is ready, why it cannot work, that it is alive, and its stop",
        arguments: [(true, true), (true, false), (false, true), (false, false)])
    func reports(isWorker: Bool, isAbstract: Bool) throws {
        let folder = try TemporaryDirectory()
        let socket = try NotifySocket(isAbstract: isAbstract, in: folder)
        let environment = ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "200000"]
        let service = try isWorker ? Self.worker(folder, environment) : Self.ingress(folder, environment)
        let first = try #require(socket.next(), "\(service.errors)")
        #expect(first.split(separator: "\n").first == "READY=1")
        #expect(first.contains("STATUS=not ready: "))
        #expect(socket.next(containing: "WATCHDOG=1") != nil)
        #expect(socket.next(containing: "WATCHDOG=1") != nil)
        if isWorker {
            let status = socket.next(containing: "STATUS=not ready: Kafka cannot be reached")
            #expect(status != nil, "\(service.errors)")
        }
        service.send(SIGTERM)
        let stopping = socket.next(containing: "STOPPING=1")
        #expect(stopping == "STOPPING=1\nSTATUS=stopping")
        #expect(service.waitForEnd(within: .seconds(60)) == .exit(0), "\(service.errors)")
        #expect(!socket.drain().contains { $0.contains("READY=1") || $0.contains("STATUS=") })
    }

    @Test("a watchdog that is for another process is not served")
    func otherProcess() throws {
        let folder = try TemporaryDirectory()
        let socket = try NotifySocket(isAbstract: false, in: folder)
        let service = try Self.worker(
            folder, ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "1"])
        var messages = [try #require(socket.next())]
        // Long enough for hundreds of reports, since the reason changes only after the first check.
        messages.append(try #require(socket.next(containing: "STATUS=not ready: Kafka cannot be reached")))
        service.send(SIGTERM)
        while let message = socket.next(within: .seconds(60)), !message.contains("STOPPING=1") {
            messages.append(message)
        }
        #expect(service.waitForEnd(within: .seconds(60)) == .exit(0))
        #expect(!messages.contains { $0.contains("WATCHDOG") })
    }

    @Test("a worker that hangs no longer serves the watchdog", .needsBroker)
    func hanging() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 41, payments: 5)
        try filler.write(traffic.next(20))
        let folder = try TemporaryDirectory()
        let socket = try NotifySocket(isAbstract: false, in: folder)
        let worker = try WatchedWorker(
            installation, failpoint: "after-offsets:1:hang", flags: ["--worker-stall-limit", "5s"],
            environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "100000"])
        #expect(socket.next(containing: "WATCHDOG=1") != nil)
        eventually(within: .seconds(180)) { worker.liveness == 503 }
        // One that was on its way may still arrive; they came twenty times a second before.
        eventually(within: .seconds(60)) {
            _ = socket.drain()
            return socket.next(containing: "WATCHDOG=1", within: .seconds(3)) == nil
        }
        #expect(worker.process.isRunning)
    }

    @Test("the units of the package have the type and the watchdog that the services serve")
    func units() throws {
        for name in ["tidings-ingress.service", "tidings-worker@.service"] {
            let unit = try String(
                contentsOf: Repository.file("deploy/debian/\(name)"), encoding: .utf8)
            let lines = Set(unit.split(separator: "\n").map(String.init))
            #expect(lines.contains("Type=notify") && lines.contains("WatchdogSec=60"))
            #expect(lines.contains { $0.hasPrefix("RestrictAddressFamilies=") && $0.contains("AF_UNIX") })
        }
    }
}
