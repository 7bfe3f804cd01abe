// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import Kafka
internal import Telemetry

/// A small Kafka cluster on loopback (KRaft): one broker combined with its controller, one beside a
/// controller, or several beside one.
final class BrokerServer: Sendable {
    /// `bootstrap.servers` of its clients: every broker.
    let address: String
    private let folder: URL
    private let brokers: [BrokerNode]
    private let addresses: [String]
    /// Of each listener beside the plain one, by its name.
    let listenerAddresses: [String: String]
    /// Nil where the one broker is its own controller.
    private let controller: BrokerNode?

    /// - Parameter layout: how many brokers, and whether a kill of them leaves the controller alone.
    init(home: URL, _ layout: BrokerLayout) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tidings-kafka-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Reaper.shared.removeAtEnd(folder)
        let controllerPort = try freePort()
        let ports = try (0..<layout.brokers).map { _ in try freePort() }
        let listenerPorts = try layout.listeners.map { _ in try freePort() }
        listenerAddresses = Dictionary(
            uniqueKeysWithValues: zip(layout.listeners.map(\.name), listenerPorts.map { "localhost:\($0)" }))
        addresses = ports.map { "127.0.0.1:\($0)" }
        address = addresses.joined(separator: ",")
        let folder = folder
        // Three brokers and a controller share one machine with the test.
        let heap = layout.brokers > 1 ? 320 : 512
        brokers = try ports.enumerated().map { index, port in
            try BrokerNode(
                index + 1, home: home, folder: folder,
                settings: layout.broker(
                    index + 1, port: port, controllerPort: controllerPort, ports: listenerPorts),
                heapMegabytes: heap)
        }
        controller =
            layout.hasControllerBeside
            ? try BrokerNode(
                BrokerLayout.controllerNumber, home: home, folder: folder,
                settings: layout.controller(port: controllerPort), heapMegabytes: heap) : nil
        // Any 16 bytes in URL-safe Base64 are a cluster id.
        let id = Data((0..<16).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
            .replacingOccurrences(of: "+", with: "A").replacingOccurrences(of: "/", with: "B").prefix(22)
        try controller?.format(String(id), isController: true)
        for broker in brokers { try broker.format(String(id), isController: controller == nil) }
    }

    deinit {
        for node in brokers { node.kill() }
        controller?.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    var brokerCount: Int { brokers.count }

    var log: String { brokers.map(\.log).joined() }

    func send(_ signal: Int32, to number: Int) { brokers[number].send(signal) }

    func kill(_ number: Int) { brokers[number].kill() }

    /// Starts whatever does not run, and waits until every broker serves and knows all the others.
    func run() throws {
        try controller?.start()
        for broker in brokers { try broker.start() }
        for number in brokers.indices { try awaitService(of: number, knowing: brokers.count) }
    }

    /// Starts one broker again after a kill, and waits until it serves.
    func restart(_ number: Int) throws {
        try brokers[number].start()
        try awaitService(of: number, knowing: 1)
    }

    private func awaitService(of number: Int, knowing count: Int) throws {
        let admin = try Admin(KafkaConfiguration(bootstrapServers: addresses[number]), log: .silent)
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            if let found = try? admin.brokerCount(within: .seconds(1)), found >= count { return }
            if let ending = brokers[number].ending {
                throw BrokerUnavailable(reason: "a broker ended (\(ending)):\n\(log.suffix(2000))")
            }
            usleep(50_000)
        }
        throw BrokerUnavailable(reason: "a broker did not serve within 180 s:\n\(log.suffix(2000))")
    }

    /// Asks Kafka's own tool for transactions of over a minute that the coordinator holds to be over, and
    /// aborts them.
    func abortHangingTransactions() throws -> Int {
        var count = 0
        for broker in brokers {
            let found = try run(
                "kafka-transactions.sh",
                [
                    "find-hanging", "--broker-id", "\(broker.number)", "--max-transaction-timeout", "1",
                ])
            let rows = found.split(separator: "\n").dropFirst().map {
                $0.split(whereSeparator: \.isWhitespace)
            }
            // Topic, partition, producer, two epochs, first offset, time, minutes.
            for row in rows where row.count == 8 {
                count += 1
                _ = try run(
                    "kafka-transactions.sh",
                    [
                        "abort", "--topic", "\(row[0])", "--partition", "\(row[1])", "--start-offset",
                        "\(row[5])",
                    ])
            }
        }
        return count
    }

    /// Runs one of Kafka's own programs on this cluster.
    func run(_ program: String, _ arguments: [String], class: String? = nil) throws -> String {
        let tool = try brokers[0].tool(
            program, (`class`.map { [$0] } ?? []) + ["--bootstrap-server", address] + arguments)
        guard tool.waitForEnd(within: .seconds(120)) == .exit(0) else {
            throw BrokerUnavailable(reason: "\(program): \(tool.output)\(tool.errors)")
        }
        return tool.output
    }
}

/// A TCP port of loopback that nothing listens on now.
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
