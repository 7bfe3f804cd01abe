// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization
import TestSupport

/// Callbacks that never cease: many straight to the log, and a few through an ingress, each of these with a
/// separate payment, so that it can be found again.
final class ChaosTraffic: Sendable {
    private let end: End
    private let filling: BackgroundThread<String?>
    private let posting: BackgroundThread<[String]>

    /// - Parameter port: of the ingress, which may be away at times.
    init(_ installation: Installation, seed: UInt64, port: Int) throws {
        let filler = try LogFiller(installation)
        let end = End()
        self.end = end
        filling = BackgroundThread {
            var traffic = Traffic(seed: seed, payments: 40, lifetime: 10)
            var filler = filler
            var failures = 0
            var broken = 0
            while !end.hasCome, failures < 100 {
                // What a producer gave up may be in the log or not, and counts if it is.
                do {
                    broken += 1
                    // Unreadable, so that dead letters must not be doubled either.
                    try filler.write(traffic.next(15) + [("order-\(broken)", "{\"broken\":\(broken)")])
                } catch {
                    failures += 1
                    filler.close()
                    filler = (try? LogFiller(installation)) ?? filler
                }
                usleep(70_000)
            }
            filler.close()
            return failures < 100 ? nil : "the callbacks cannot be written"
        }
        posting = BackgroundThread {
            let platform = Platform()
            var confirmed: [String] = []
            var number = 0
            while !end.hasCome {
                number += 1
                let payment = "posted-\(number)"
                let now = Int64(Date().timeIntervalSince1970)
                let text = Traffic.body(payment, number, "success", now, "r1")
                guard let body = try? platform.sign(text) else { continue }
                // As the platform does: what was not confirmed may be in the log or not, and is posted again.
                while platform.postOnce(body, to: port) != 200, !end.hasCome { usleep(200_000) }
                if !end.hasCome { confirmed.append(payment) }
                usleep(100_000)
            }
            return confirmed
        }
    }

    /// Ends it; the payments that were posted and answered 200.
    func stop() throws -> [String] {
        end.come()
        if let failure = filling.wait() { throw Installation.Broken(failure) }
        return posting.wait()
    }

    private final class End: Sendable {
        private let flag = Atomic<Bool>(false)
        var hasCome: Bool { flag.load(ordering: .relaxed) }
        func come() { flag.store(true, ordering: .relaxed) }
    }
}
