import Foundation
import Glibc
import Kafka
import Payments
import TestSupport

/// Three workers, an ingress and a broker, killed, frozen and started again at random while callbacks come in.
final class Chaos {
    private static let slots = 3
    private static let partitions: Int32 = 6

    private let kills: Int
    private let seed: UInt64
    private let broker: Broker
    private let installation: Installation
    private let port: Int
    private let workers: [WorkerSlot]
    private var ingress: ChildProcess
    private var restart: BackgroundThread<String?>?
    private(set) var report: ChaosReport

    init(kills: Int, seed: UInt64) throws {
        (self.kills, self.seed) = (kills, seed)
        broker = try Broker.start(hasControllerBeside: true)
        port = try freePort()
        let installation = try Installation(on: broker, partitions: Self.partitions)
        self.installation = installation
        workers = try (0..<Self.slots).map { try WorkerSlot(installation, number: $0) }
        ingress = try installation.ingress(port: port)
        report = ChaosReport(seed: seed)
    }

    /// To whoever watches, at once: what `print` writes into a pipe comes when there is enough of it.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    /// Runs until so many workers were killed, then lets all come to rest and looks at what they left.
    func run() throws -> ChaosReport {
        let began = ContinuousClock.now
        let watch = try ProgressWatch(installation)
        let operations = BrokerOperations(broker)
        defer {
            watch.end()
            operations.end()
        }
        let traffic = try ChaosTraffic(installation, seed: seed, port: port)
        var plan = ChaosPlan(seed: seed, slots: Self.slots)
        while report.workerKills < kills {
            let (pause, blow) = plan.next()
            try tend(for: pause)
            try strike(blow)
            if let stall = watch.stall { throw failure(stall) }
        }
        watch.end()
        try tend(until: { !workers.contains { $0.isFrozen } })
        if let reason = restart?.wait() { throw failure(reason) }
        let confirmed = try traffic.stop()
        try settle()
        report.hangingTransactions = operations.end()
        report.duration = ContinuousClock.now - began
        try examine(confirmed)
        return report
    }

    private func strike(_ blow: ChaosPlan.Blow) throws {
        switch blow {
        case .killWorker(let number):
            guard let slot = awake(from: number) else { return }
            try slot.kill()
            report.workerKills += 1
            if report.workerKills % 50 == 0 { Self.say("chaos: \(report.workerKills) of \(kills) kills") }
        case .killIngress:
            ingress.kill()
            report.ingressKills += 1
        case .freeze(let number, let duration, let isReplaced):
            guard let slot = awake(from: number) else { return }
            try slot.freeze(for: duration, isReplaced: isReplaced)
            report.freezes += 1
            if isReplaced { report.replacements += 1 }
        case .killBroker(let pause):
            if let reason = restart?.wait() { throw failure(reason) }
            broker.kill()
            report.brokerKills += 1
            restart = BackgroundThread { [broker] in
                usleep(UInt32(pause / .microseconds(1)))
                do { try broker.restart() } catch { return "\(error)" }
                return nil
            }
        }
    }

    /// The next slot whose worker is not frozen: that one is to be fenced or to join again.
    private func awake(from number: Int) -> WorkerSlot? {
        (0..<workers.count).map { workers[(number + $0) % workers.count] }.first { !$0.isFrozen }
    }

    /// Supervises for a while.
    private func tend(for pause: Duration) throws {
        let deadline = ContinuousClock.now + pause
        try tend(until: { ContinuousClock.now >= deadline })
    }

    private func tend(until isOver: () -> Bool) throws {
        repeat {
            for slot in workers { try slot.tend() }
            if !ingress.isRunning { ingress = try installation.ingress(port: port) }
            usleep(10_000)
        } while !isOver()
    }

    /// No more blows: the workers come to the end of the callbacks, and all end in order.
    private func settle() throws {
        let installation = installation
        let waiting = BackgroundThread { () -> String? in
            do { try installation.waitUntilDecided(within: .seconds(180)) } catch { return "\(error)" }
            return nil
        }
        try tend(until: { waiting.isOver })
        if let reason = waiting.wait() { throw failure(reason) }
        for slot in workers { slot.stop() }
        ingress.send(SIGTERM)
        if ingress.waitForEnd(within: .seconds(60)) != .exit(0) {
            report.broken.append("the ingress does not end in order\n\(ingress.errors.suffix(3000))")
        }
        for slot in workers { report.add(slot.tally) }
    }

    private func failure(_ reason: String) -> Installation.Broken {
        Installation.Broken("seed \(seed): \(reason)\n" + workers.map(\.lastWords).joined())
    }

    private func examine(_ confirmed: [String]) throws {
        let found = try ExactlyOnce(installation)
        let keys = Set(
            try readAll(installation.topics[.callbacks], at: broker.bootstrapServers).compactMap(\.keyText))
        report.confirmed = confirmed.count
        report.confirmedAndLost = confirmed.filter { !keys.contains("\(Installation.projectID):\($0)") }.count
        report.found = found
    }
}
