internal import Foundation
internal import Glibc
internal import Kafka
internal import Synchronization
internal import Telemetry

/// One broker process on loopback and small, combined with its controller (KRaft) or beside one.
final class BrokerServer: Sendable {
    let address: String
    private let home: URL
    private let folder: URL
    private let hasControllerBeside: Bool
    private let controller = Mutex<ChildProcess?>(nil)
    private let process = Mutex<ChildProcess?>(nil)
    private let lastLog = Mutex("")

    /// - Parameter hasControllerBeside: the controller is a process of its own, which a kill leaves alone.
    init(home: URL, hasControllerBeside: Bool) throws {
        self.home = home
        self.hasControllerBeside = hasControllerBeside
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tidings-kafka-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Reaper.shared.removeAtEnd(folder)
        let (port, controllerPort) = (try freePort(), try freePort())
        address = "127.0.0.1:\(port)"
        let (broker, controller) = Self.roles(port, controllerPort, isOneProcess: !hasControllerBeside)
        try write(broker + Self.settings(controllerPort), data: "data", to: settingsFile)
        // Any 16 bytes in URL-safe Base64 are a cluster id.
        let id = Data((0..<16).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
            .replacingOccurrences(of: "+", with: "A").replacingOccurrences(of: "/", with: "B").prefix(22)
        if hasControllerBeside {
            try write(controller + Self.settings(controllerPort), data: "controller", to: controllerFile)
            try format(controllerFile, id, "--standalone")
            try format(settingsFile, id, "--no-initial-controllers")
        } else {
            try format(settingsFile, id, "--standalone")
        }
    }

    deinit {
        kill()
        controller.withLock { $0 }?.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    var log: String { lastLog.withLock { $0 } + (process.withLock { $0?.output } ?? "") }

    func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

    func kill() {
        guard let process = process.withLock({ $0 }) else { return }
        process.kill()
        lastLog.withLock { $0 += process.output }
        self.process.withLock { $0 = nil }
    }

    /// Starts the process and waits until it answers a client.
    func run() throws {
        let script = home.appendingPathComponent("bin/kafka-server-start.sh")
        if hasControllerBeside, controller.withLock({ $0 }) == nil {
            let beside = try ChildProcess(
                script, [controllerFile.path], environment: Self.environment(folder))
            controller.withLock { $0 = beside }
        }
        let process = try ChildProcess(script, [settingsFile.path], environment: Self.environment(folder))
        self.process.withLock { $0 = process }
        let admin = try Admin(KafkaConfiguration(bootstrapServers: address), log: .silent)
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            if let count = try? admin.brokerCount(within: .seconds(1)), count > 0 { return }
            if let ending = process.waitForEnd(within: .milliseconds(50)) {
                throw BrokerUnavailable(reason: "the broker ended (\(ending)):\n\(log.suffix(2000))")
            }
        }
        throw BrokerUnavailable(reason: "the broker did not serve within 90 s:\n\(log.suffix(2000))")
    }

    /// Asks Kafka's own tool for transactions of over a minute that the coordinator holds to be over, and aborts them.
    func abortHangingTransactions() throws -> Int {
        let found = try transactions(["find-hanging", "--broker-id", "1", "--max-transaction-timeout", "1"])
        let rows = found.split(separator: "\n").dropFirst().map { $0.split(whereSeparator: \.isWhitespace) }
        // Topic, partition, producer, two epochs, first offset, time, minutes.
        for row in rows where row.count == 8 {
            _ = try transactions([
                "abort", "--topic", "\(row[0])", "--partition", "\(row[1])", "--start-offset", "\(row[5])",
            ])
        }
        return rows.count { $0.count == 8 }
    }

    private func transactions(_ arguments: [String]) throws -> String {
        let tool = try ChildProcess(
            home.appendingPathComponent("bin/kafka-transactions.sh"),
            ["--bootstrap-server", address] + arguments, environment: Self.environment(folder))
        guard tool.waitForEnd(within: .seconds(60)) == .exit(0) else {
            throw BrokerUnavailable(reason: "kafka-transactions.sh: \(tool.output)\(tool.errors)")
        }
        return tool.output
    }

    private var settingsFile: URL { folder.appendingPathComponent("server.properties") }

    private var controllerFile: URL { folder.appendingPathComponent("controller.properties") }

    private func write(_ settings: String, data: String, to file: URL) throws {
        let place = "log.dirs=\(folder.appendingPathComponent(data).path)\n"
        try (settings + place).write(to: file, atomically: true, encoding: .utf8)
    }

    private func format(_ file: URL, _ id: some StringProtocol, _ controllers: String) throws {
        let storage = try ChildProcess(
            home.appendingPathComponent("bin/kafka-storage.sh"),
            ["format", "-t", String(id), "-c", file.path, controllers],
            environment: Self.environment(folder))
        guard storage.waitForEnd(within: .seconds(90)) == .exit(0) else {
            throw BrokerUnavailable(reason: "kafka-storage.sh format: \(storage.output)\(storage.errors)")
        }
    }

    private static func environment(_ folder: URL) -> [String: String] {
        // The official scripts write their logs to LOG_DIR.
        ["KAFKA_HEAP_OPTS": "-Xmx512m", "LOG_DIR": folder.appendingPathComponent("logs").path]
    }

    /// What tells a broker from its controller.
    private static func roles(
        _ port: Int, _ controllerPort: Int, isOneProcess: Bool
    ) -> (broker: String, controller: String) {
        let data = "PLAINTEXT://127.0.0.1:\(port)"
        let control = "CONTROLLER://127.0.0.1:\(controllerPort)"
        // Three seconds without a heartbeat, and the controller holds the broker to be gone.
        let session = "broker.session.timeout.ms=3000\nbroker.heartbeat.interval.ms=500\n"
        let broker = """
            process.roles=\(isOneProcess ? "broker,controller" : "broker")
            node.id=1
            listeners=\(isOneProcess ? "\(data),\(control)" : data)
            advertised.listeners=\(data)
            inter.broker.listener.name=PLAINTEXT

            """ + (isOneProcess ? "" : session)
        return (broker, "process.roles=controller\nnode.id=2\nlisteners=\(control)\n" + session)
    }

    private static func settings(_ controllerPort: Int) -> String {
        """
        controller.quorum.bootstrap.servers=127.0.0.1:\(controllerPort)
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        offsets.topic.num.partitions=4
        offsets.topic.replication.factor=1
        transaction.state.log.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        auto.create.topics.enable=false
        log.retention.check.interval.ms=1000
        transaction.abort.timed.out.transaction.cleanup.interval.ms=1000

        """
    }
}

/// A TCP port of loopback that nobody listens on now.
public func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
        }
    }
    guard code == 0 else {
        throw BrokerUnavailable(reason: "no free port: \(String(cString: strerror(errno)))")
    }
    return Int(UInt16(bigEndian: address.sin_port))
}
