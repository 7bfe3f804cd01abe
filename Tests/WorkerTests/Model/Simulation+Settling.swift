// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// The end of a run.
extension Simulation {
    /// Faults are over: restarts what was killed and steps everyone until all callbacks are decided.
    func settle() -> Bool {
        for _ in 0..<3000 {
            // Two rivals may fence each other, so that neither goes on.
            for slot in Set(processes.map(\.slot)).sorted()
            where processes.allSatisfy({ $0.slot != slot || $0.isOver }) {
                add(ModelProcess(slot: slot))
            }
            receiveLate()
            for process in processes { step(process) }
            for transaction in broker.transactions {
                if transaction.state == .open, isSilent(transaction.session) { broker.timeOut(transaction) }
                broker.advance(transaction)
            }
            removeMember()
            if isAtRest { return true }
        }
        return false
    }

    /// Who is not ready, and what is not processed.
    var unrest: String {
        var words = processes.map { process in
            let why = process.health?.notReadyReason(patience: .seconds(3600)) ?? "ready"
            return "slot \(process.slot) \(process.isOver ? "over" : why)"
        }
        for partition in 0..<broker.partitionCount {
            let committed = broker.offsets[partition].map { "\($0.offset) \($0.metadata?.text ?? "none")" }
            words.append(
                "\(partition): \(committed ?? "none") of \(broker.partition(.callbacks, partition).end)")
        }
        return words.joined(separator: ", ") + ", \(broker.transactions.count) transactions"
    }

    private var isAtRest: Bool {
        broker.transactions.isEmpty && !broker.hasLateRequests && broker.group.phase == .stable
            && (0..<broker.partitionCount).allSatisfy { partition in
                let committed = broker.offsets[partition]
                let end = broker.partition(.callbacks, partition).end
                // What a tool committed says nothing of what was processed.
                return end == 0 || (committed?.metadata != nil && Int(committed?.offset ?? 0) == end)
            }
            && processes.allSatisfy { $0.isOver || $0.health?.standing == .ready }
    }
}
