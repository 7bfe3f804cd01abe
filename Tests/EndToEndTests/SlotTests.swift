// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@Suite("A worker's slot", .serialized, .needsBroker)
struct SlotTests {
    @Test(
        "of two live processes with one slot one exits with 1 and reports why; the other publishes all once"
    )
    func twins() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 3, payments: 20)
        try filler.write(traffic.next(100))
        let older = try installation.worker(slot: 0)
        try installation.waitUntilDecided()
        let newer = try installation.worker(slot: 0)
        // Each fences the other, and the one that is fenced again soon after it came back gives way.
        eventually(within: .seconds(180), "neither of the two gives way") {
            try? filler.write(traffic.next(5))
            usleep(50_000)
            return !older.isRunning || !newer.isRunning
        }
        let (ended, other) = newer.isRunning ? (older, newer) : (newer, older)
        #expect(ended.waitForEnd(within: .seconds(60)) == .exit(1), "\(ended.errors.suffix(2000))")
        #expect(ended.errors.contains("tidings: another live worker has this slot, or the group"))
        try filler.write(traffic.next(100))
        try installation.waitUntilDecided()
        try expectExactlyOnce(in: installation)
        other.send(SIGTERM)
        #expect(other.waitForEnd(within: .seconds(60)) == .exit(0))
    }
}
