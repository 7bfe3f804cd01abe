// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// What the tests of a scenario let happen.
extension Simulation {
    /// Steps these processes until each has ended or is ready and nothing is left to decide for it.
    func runUntilReady(_ processes: [ModelProcess]) {
        for _ in 0..<500 {
            for process in processes { step(process) }
            for transaction in broker.transactions where transaction.state != .open {
                broker.advance(transaction)
            }
            let isDone = processes.allSatisfy { process in
                process.isOver
                    || process.health?.notReadyReason(patience: .seconds(3600)) == nil
                        && process.health != nil && isDecided(process)
            }
            if isDone, scenario?.isOver ?? true { return }
        }
    }

    private func isDecided(_ process: ModelProcess) -> Bool {
        guard let session = process.session else { return false }
        return session.positions.allSatisfy { partition, position in
            let end = broker.partition(.callbacks, partition).end
            return position == end && Int(broker.offsets[partition]?.offset ?? 0) == end
        }
    }

    /// A host goes away, and the group notices.
    func stop(_ process: ModelProcess) {
        if let session = process.session {
            kill(session)
            broker.group.remove(session.instance)
        }
        process.end()
    }

    func appendCallbacks(_ count: Int) {
        for _ in 0..<count { history.append(to: broker, &random) }
    }
}
