// SPDX-License-Identifier: Apache-2.0

/// How many brokers a cluster for tests has, and how its processes are configured.
struct BrokerLayout: Sendable {
    /// Listeners of the one broker beside the plain one.
    var listeners: [BrokerListener] = []

    /// Far from the numbers of the brokers, which count from 1.
    static let controllerNumber = 1000

    let brokers: Int
    let hasControllerBeside: Bool
    /// Further properties of every broker, such as an authorizer.
    let extra: [String]

    init(brokers: Int, hasControllerBeside: Bool, extra: [String]) {
        precondition(brokers == 1 || hasControllerBeside, "several brokers need a controller beside them")
        self.brokers = brokers
        self.hasControllerBeside = hasControllerBeside
        self.extra = extra
    }

    /// Three seconds without a heartbeat, and the controller holds the broker to be gone.
    private static let session = "broker.session.timeout.ms=3000\nbroker.heartbeat.interval.ms=500\n"

    /// - Parameter ports: of `listeners`, in their order.
    func broker(_ number: Int, port: Int, controllerPort: Int, ports: [Int]) -> String {
        // By name: a client compares it with the broker's certificate.
        let more = zip(listeners, ports).map { "\($0.name)://localhost:\($1)" }
        let data = (["PLAINTEXT://127.0.0.1:\(port)"] + more).joined(separator: ",")
        let control = "CONTROLLER://127.0.0.1:\(controllerPort)"
        return """
            process.roles=\(hasControllerBeside ? "broker" : "broker,controller")
            node.id=\(number)
            listeners=\(hasControllerBeside ? data : "\(data),\(control)")
            advertised.listeners=\(data)
            inter.broker.listener.name=PLAINTEXT

            """ + (hasControllerBeside ? Self.session : "") + common(controllerPort)
    }

    func controller(port: Int) -> String {
        """
        process.roles=controller
        node.id=\(Self.controllerNumber)
        listeners=CONTROLLER://127.0.0.1:\(port)

        """ + Self.session + common(port)
    }

    private var protocols: String {
        (["CONTROLLER:PLAINTEXT", "PLAINTEXT:PLAINTEXT"]
            + listeners.map { "\($0.name):\($0.securityProtocol)" }).joined(separator: ",")
    }

    private func common(_ controllerPort: Int) -> String {
        let (replicas, inSync) = (min(brokers, 3), max(1, min(brokers, 3) - 1))
        return """
            controller.quorum.bootstrap.servers=127.0.0.1:\(controllerPort)
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=\(protocols)
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=\(replicas)
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor=\(replicas)
            transaction.state.log.min.isr=\(inSync)
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000
            auto.create.topics.enable=false
            log.retention.check.interval.ms=1000
            transaction.abort.timed.out.transaction.cleanup.interval.ms=1000

            """ + (extra + listeners.flatMap(\.properties)).map { "\($0)\n" }.joined()
    }
}

/// A listener of a broker for tests, beside the plain one.
public struct BrokerListener: Sendable {
    /// Letters and digits.
    public var name: String
    /// `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    public var securityProtocol: String
    /// Without `listener.name.<name>.`.
    public var settings: [String]

    public init(_ name: String, _ securityProtocol: String, settings: [String]) {
        self.name = name
        self.securityProtocol = securityProtocol
        self.settings = settings
    }

    fileprivate var properties: [String] { settings.map { "listener.name.\(name.lowercased()).\($0)" } }
}
