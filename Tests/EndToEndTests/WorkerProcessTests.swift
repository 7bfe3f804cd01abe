// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// How a worker process ends when something does not answer.
@Suite("A worker process", .serialized)
struct WorkerProcessTests {
    /// Takes connections and answers nothing.
    private final class SilentServer {
        let port: UInt16
        private let descriptor: Int32

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let code = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
                        ? getsockname(descriptor, pointer, &length) : -1
                }
            }
            try #require(code == 0)
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }
    }

    @Test("SIGTERM ends a worker whose start-up check gets no answer, with exit code 0")
    func startup() throws {
        let server = try SilentServer()
        let folder = try TemporaryDirectory()
        let worker = try ChildProcess.tidings(
            ["worker", "--worker-verify", "never"],
            environment: [
                "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:\(server.port)",
                "TIDINGS_MANAGEMENT_ADDRESS": "",
                "TIDINGS_WORKER_STATE_DIR": folder.file("state").path,
            ])
        eventually(within: .seconds(60)) { worker.errors.contains("starting") }
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(60)) == .exit(0), "\(worker.errors)")
    }

    @Test(
        "a worker that hangs ends with one line that names the phase", .needsBroker)
    func watchdog() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 11, payments: 5)
        try filler.write(traffic.next(20))
        let settings = ["TIDINGS_KAFKA_PROPERTY": "session.timeout.ms=6000;max.poll.interval.ms=7000"]
        let hanging = try installation.worker(
            slot: 0, failpoint: "after-offsets:1:hang", environment: settings)
        #expect(hanging.waitForEnd(within: .seconds(120)) == .exit(1), "\(hanging.errors.suffix(2000))")
        let lines = hanging.errors.split(separator: "\n").filter { $0.contains("worker hangs") }
        #expect(lines.count == 1, "\(hanging.errors.suffix(3000))")
        #expect(lines.first?.contains("running") == true)
        // What it had open is aborted, and the next one processes everything once.
        let next = try installation.worker(slot: 0)
        try installation.waitUntilDecided(within: .seconds(180), by: [next])
        try expectExactlyOnce(in: installation)
        next.send(SIGTERM)
        #expect(next.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    /// The watchdog is held up as well, or it would end the process at the same limit.
    @Test("/livez answers 503 when a worker makes no step within the limit, and 200 until then", .needsBroker)
    func livez() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 12, payments: 5)
        let worker = try WatchedWorker(
            installation, failpoint: "after-offsets:1:hang,before-watchdog-end:1:hang",
            environment: ["TIDINGS_KAFKA_PROPERTY": "session.timeout.ms=6000;max.poll.interval.ms=7000"])
        worker.waitUntilReady()
        #expect(worker.status(of: "/livez") == 200)
        try filler.write(traffic.next(20))
        eventually(within: .seconds(120), "/livez does not follow the worker that hangs") {
            worker.status(of: "/livez") == 503
        }
        #expect(worker.process.isRunning)
        worker.process.kill()
    }
}
