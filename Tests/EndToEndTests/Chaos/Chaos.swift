// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport

/// Three workers, an ingress and a cluster, killed, frozen and started again at random while callbacks come
/// in.
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
    private var ingressThaw: ContinuousClock.Instant?
    /// A broker is killed or frozen, and not back yet.
    private var brokerReturn: BackgroundThread<String?>?
    private(set) var report: ChaosReport

    /// - Parameter kills: of workers, rounded up to a whole round of the plan.
    init(kills: Int, seed: UInt64, brokers: Int) throws {
        (self.kills, self.seed) = (kills, seed)
        broker = try Broker.start(brokers: brokers, hasControllerBeside: true)
        port = try freePort()
        let installation = try Installation(on: broker, partitions: Self.partitions)
        self.installation = installation
        workers = try (0..<Self.slots).map { try WorkerSlot(installation, number: $0) }
        ingress = try installation.ingress(port: port)
        report = ChaosReport(seed: seed, brokers: brokers)
    }

    /// To anyone who watches, without delay: what `print` writes into a pipe comes when there is enough of
    /// it.
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
        var plan = ChaosPlan(seed: seed, slots: Self.slots, brokers: broker.brokerCount)
        while report.workerKills < kills || !plan.isRoundOver {
            let (pause, blow) = plan.next()
            try tend(for: pause)
            try strike(blow)
            if let stall = watch.stall { throw failure(stall) }
        }
        watch.end()
        try tend(until: { !workers.contains { $0.isFrozen } && ingressThaw == nil })
        try awaitBrokers()
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
            // At least one slot of three is awake: one freeze at a time, and each is shorter than a round.
            try tend(until: { awake(from: number) != nil })
            try awake(from: number)?.kill()
            report.workerKills += 1
            if report.workerKills % 50 == 0 { Self.say("chaos: \(report.workerKills) of \(kills) kills") }
        case .killIngress:
            ingress.kill()
            ingressThaw = nil
            report.ingressKills += 1
        case .killBroker(let number, let pause):
            try awaitBrokers()
            broker.kill(number)
            report.brokerKills += 1
            bringBack(after: pause) { try $0.restart(number) }
        case .freeze(.worker(let number, let isReplaced), let duration):
            try tend(until: { awake(from: number) != nil })
            try awake(from: number)?.freeze(for: duration, isReplaced: isReplaced)
            report.workerFreezes += 1
            if isReplaced { report.replacements += 1 }
        case .freeze(.ingress, let duration):
            ingress.send(SIGSTOP)
            ingressThaw = .now + duration
            report.ingressFreezes += 1
        case .freeze(.broker(let number), let duration):
            try awaitBrokers()
            broker.pause(number)
            report.brokerFreezes += 1
            bringBack(after: duration) { $0.resume(number) }
        }
    }

    /// One broker is away at a time, and the others have all records before the next one goes: with three
    /// replicas, of which two must be in sync, that is what a cluster promises to survive.
    private func bringBack(after pause: Duration, _ act: @escaping @Sendable (Broker) throws -> Void) {
        let (broker, topics) = (broker, installation.topics)
        brokerReturn = BackgroundThread {
            usleep(UInt32(pause / .microseconds(1)))
            do {
                try act(broker)
                return try broker.waitUntilInSync(Topic.allCases.map { topics[$0] }, within: .seconds(180))
                    ? nil : "the replicas are not in sync again"
            } catch {
                return "\(error)"
            }
        }
    }

    /// Waits, supervising, until no broker is away.
    private func awaitBrokers() throws {
        guard let brokerReturn else { return }
        try tend(until: { brokerReturn.isOver })
        self.brokerReturn = nil
        if let reason = brokerReturn.wait() { throw failure(reason) }
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
            if let thaw = ingressThaw, thaw <= .now {
                ingress.send(SIGCONT)
                ingressThaw = nil
            }
            if !ingress.isRunning { ingress = try installation.ingress(port: port) }
            usleep(10_000)
        } while !isOver()
    }

    /// No more blows: the workers come to the end of the callbacks, and all end in order.
    private func settle() throws {
        let installation = installation
        let waiting = BackgroundThread { () -> String? in
            do { try installation.waitUntilDecided(within: .seconds(300)) } catch { return "\(error)" }
            return nil
        }
        try tend(until: { waiting.isOver })
        if let reason = waiting.wait() { throw failure(reason) }
        for slot in workers { slot.stop() }
        ingress.send(SIGTERM)
        if ingress.waitForEnd(within: .seconds(120)) != .exit(0) {
            report.faults.append(
                "seed \(seed): the ingress does not end in order\n\(ingress.errors.suffix(3000))")
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
        report.add(found)
    }
}
