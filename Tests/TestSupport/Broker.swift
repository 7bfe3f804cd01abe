// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
public import Kafka
internal import Synchronization
internal import Telemetry
public import Testing

/// A real Kafka broker for tests.
///
/// With `KAFKA_HOME` one broker is started for the whole test process, on free ports and in a folder of its
/// own, and ends with it. With `KAFKA_BOOTSTRAP` a running one is used, and tests that must stop their broker
/// are skipped.
public final class Broker: Sendable {
    public static let howToGiveOne: Comment =
        "needs a Kafka broker: set KAFKA_HOME to a Kafka 4 folder (and have Java 17 or newer), or KAFKA_BOOTSTRAP to a running one's address"
    public static let howToGiveHome: Comment =
        "stops its Kafka broker: set KAFKA_HOME to a Kafka 4 folder (and have Java 17 or newer)"

    public static var isGiven: Bool { home != nil || bootstrap != nil }
    public static var isHomeGiven: Bool { home != nil }

    private static let home = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap {
        $0.isEmpty ? nil : URL(fileURLWithPath: $0)
    }
    private static let bootstrap = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"].flatMap {
        $0.isEmpty ? nil : $0
    }

    private static let started = Result { () throws -> Broker in
        if let bootstrap, home == nil { return Broker(bootstrapServers: bootstrap, server: nil) }
        return try start()
    }

    /// The broker that tests share: mind that others write to it too, each to separate topics.
    public static func shared() throws -> Broker { try started.get() }

    /// A cluster of the caller's own, whose brokers are killed and paused at will.
    ///
    /// - Parameters:
    ///   - brokers: with several, the controller is always a separate process.
    ///   - hasControllerBeside: whether the controller is a separate process and survives a kill of the
    ///     broker, as in a cluster, and notices within 3 s that the broker is gone. A broker started again
    ///     before that acts on what was true before, then finds its partitions without a leader, takes them
    ///     for deleted and leaves out the markers of transactions that it was about to end (seen with one
    ///     broker of Kafka 4.3.0): so it has to be away for longer.
    ///   - settings: further broker properties, each `name=value`.
    ///   - listeners: beside the plain one, of a single broker.
    public static func start(
        brokers: Int = 1, hasControllerBeside: Bool = false, settings: [String] = [],
        listeners: [BrokerListener] = []
    ) throws -> Broker {
        guard let home else { throw BrokerUnavailable(reason: howToGiveHome.rawValue) }
        precondition(listeners.isEmpty || brokers == 1, "more listeners are for a single broker")
        var layout = BrokerLayout(
            brokers: brokers, hasControllerBeside: hasControllerBeside || brokers > 1, extra: settings)
        layout.listeners = listeners
        var failure: any Error = BrokerUnavailable(reason: "no attempt was made")
        // A free port may be taken by another process before the broker has it.
        for _ in 0..<3 {
            do {
                let server = try BrokerServer(home: home, layout)
                let broker = Broker(bootstrapServers: server.address, server: server)
                try server.run()
                return broker
            } catch {
                failure = error
            }
        }
        throw failure
    }

    public let bootstrapServers: String
    let server: BrokerServer?

    private init(bootstrapServers: String, server: BrokerServer?) {
        self.bootstrapServers = bootstrapServers
        self.server = server
    }

    /// What clients of this broker are configured with.
    public var configuration: KafkaConfiguration {
        get throws { try KafkaConfiguration(bootstrapServers: bootstrapServers) }
    }

    /// `bootstrap.servers` of a listener beside the plain one.
    public func address(of listener: String) throws -> String {
        guard let address = server?.listenerAddresses[listener] else {
            throw BrokerUnavailable(reason: "the broker has no listener \(listener)")
        }
        return address
    }

    /// Everything the broker wrote, for a test that fails.
    public var log: String { server?.log ?? "" }

    /// How many brokers the cluster has.
    public var brokerCount: Int { server?.brokerCount ?? 1 }

    /// `kill -9` of one broker, counted from 0.
    public func kill(_ number: Int = 0) { server?.kill(number) }

    /// Starts it again after `kill`, on the same ports and data, and waits until it serves.
    public func restart(_ number: Int = 0) throws { try server?.restart(number) }

    /// Does what an operator does about transactions that the broker has forgotten to end: a broker that is
    /// killed may hold one to be over whose markers it has not written, and readers of committed records then
    /// wait permanently.
    ///
    /// - Returns: in how many partitions there was one.
    public func abortHangingTransactions() throws -> Int { try server?.abortHangingTransactions() ?? 0 }

    /// Runs one of Kafka's own tools, such as `kafka-consumer-groups.sh`, against this broker.
    ///
    /// - Returns: all that it printed.
    public func runTool(_ name: String, _ arguments: [String]) throws -> String {
        guard let home = Self.home else { throw BrokerUnavailable(reason: Self.howToGiveHome.rawValue) }
        let logs = FileManager.default.temporaryDirectory.appendingPathComponent("tidings-tool-logs")
        let tool = try ChildProcess(
            home.appendingPathComponent("bin/\(name)"),
            ["--bootstrap-server", bootstrapServers] + arguments,
            environment: ["KAFKA_HEAP_OPTS": "-Xmx256m", "LOG_DIR": logs.path])
        guard tool.waitForEnd(within: .seconds(120)) != nil else {
            throw BrokerUnavailable(reason: "\(name) does not end: \(tool.output)\(tool.errors)")
        }
        return tool.output + tool.errors
    }

    /// Freezes one broker (SIGSTOP): connections stay open, nothing is answered.
    public func pause(_ number: Int = 0) { server?.send(SIGSTOP, to: number) }

    public func resume(_ number: Int = 0) { server?.send(SIGCONT, to: number) }
}

public struct BrokerUnavailable: Error, CustomStringConvertible {
    public let reason: String
    public var description: String { reason }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where no broker is given, and says how to give one.
    public static var needsBroker: Self { .enabled(if: Broker.isGiven, Broker.howToGiveOne) }

    /// Skips a test that stops its broker where none can be started.
    public static var needsBrokerOfItsOwn: Self { .enabled(if: Broker.isHomeGiven, Broker.howToGiveHome) }
}
