import Glibc
import TestSupport
import Testing

@Suite("A worker's slot", .serialized, .needsBroker)
struct SlotTests {
    @Test(
        "of two live processes with one slot the fenced one exits with 1 and says why; the other tells all once"
    )
    func twins() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 3, payments: 20)
        try filler.write(traffic.next(100))
        let older = try installation.worker(slot: 0)
        try installation.waitUntilDecided()
        let newer = try installation.worker(slot: 0)
        // It is work that makes the older one notice.
        var ending: ChildProcess.Ending?
        eventually("neither of the two gives way") {
            try? filler.write(traffic.next(5))
            ending = older.waitForEnd(within: .milliseconds(50))
            return ending != nil || !newer.isRunning
        }
        #expect(ending == .exit(1), "\(older.errors.suffix(2000))")
        #expect(older.errors.contains("tidings: another live worker has this slot"))
        try filler.write(traffic.next(100))
        try installation.waitUntilDecided()
        try expectExactlyOnce(in: installation)
        newer.send(SIGTERM)
        #expect(newer.waitForEnd(within: .seconds(120)) == .exit(0))
    }
}
