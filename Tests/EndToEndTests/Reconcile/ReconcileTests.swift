// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// `tidings reconcile` on a real broker, with the simulated platform.
@Suite("tidings reconcile", .serialized, .needsBroker)
struct ReconcileTests {
    @Test(
        "a payment that lost every callback is found by the merchant's list and becomes an event; its callback arrives later and is a duplicate"
    )
    func lost() throws {
        let side = try MerchantSide()
        let worker = try side.worker()
        try side.buy("lost-1")
        _ = try side.callback("lost-1", "awaiting redirect result")
        try side.pay("lost-1")
        let late = try side.callback("lost-1", "success")
        let list = try side.list(["LOST-1"])

        let plan = try side.reconcile(["--payments", list])
        #expect(plan.ending == .exit(0) && plan.output.contains("LOST-1"), "\(plan.errors)")
        #expect(try side.records(.callbacks).isEmpty)

        let run = try side.reconcile(["--payments", list, "--execute"])
        #expect(run.ending == .exit(0) && run.output.contains("success: 1 written"), "\(run)")
        try side.installation.waitUntilDecided(by: [worker])
        let record = try #require(try side.records(.callbacks).first)
        #expect(record.header("tidings-origin") == "reconciliation" && record.header("tidings-peer") == nil)
        #expect(record.header("tidings-key-id") == "main")
        let events = try side.records(.status)
        #expect(events.count == 1)
        let text = events.first?.valueText ?? ""
        #expect(text.contains(#""status":"success","status_class":"final""#), "\(text)")
        #expect(text.contains(#""signature_rule":"natural","origin":"reconciliation"}"#), "\(text)")

        // Its status is final, so nothing is asked any more.
        let again = try side.reconcile(["--payments", list, "--execute"])
        #expect(again.ending == .exit(0) && again.output.isEmpty, "\(again)")

        let port = try freePort()
        let ingress = try side.installation.ingress(port: port)
        #expect(Platform().post(late, to: port) == 200, "\(ingress.errors.suffix(1000))")
        let redirect = try side.callback("lost-1", "awaiting redirect result")
        #expect(Platform().post(redirect, to: port) == 200)
        try side.installation.waitUntilDecided(by: [worker])
        #expect(try side.records(.status).count == 1)
        let found = try expectExactlyOnce(in: side.installation)
        #expect(found.provedAccount == [.advance: 1, .duplicate: 1, .late: 1])
        let verified = try side.installation.prove(["--partition", "\(record.partition)"])
        #expect(verified.waitForEnd(within: .zero) == .exit(0))
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
        ingress.kill()
    }

    @Test(
        "a payment whose last event is not final is found on the status topic; while it waits nothing is written, and its lost result becomes an event"
    )
    func waiting() throws {
        let side = try MerchantSide()
        let worker = try side.worker()
        let port = try freePort()
        let ingress = try side.installation.ingress(port: port)
        try side.buy("order-7")
        let redirect = try side.callback("order-7", "awaiting redirect result")
        #expect(Platform().post(redirect, to: port) == 200, "\(ingress.errors.suffix(1000))")
        try side.installation.waitUntilDecided(by: [worker])

        let young = try side.reconcile(["--json"])
        #expect(young.ending == .exit(0) && young.output.isEmpty, "\(young)")
        let plan = try side.reconcile(["--json", "--reconcile-after", "0s"])
        #expect(
            plan.output.contains(#""payment_id":"order-7","status":"awaiting redirect result""#), "\(plan)")
        let open = try side.reconcile(["--json", "--reconcile-after", "0s", "--execute"])
        #expect(open.ending == .exit(0), "\(open.errors)")
        #expect(open.output.contains(#""written":0,"unchanged":1,"unusable":0"#), "\(open)")

        try side.pay("order-7")
        let run = try side.reconcile(["--json", "--reconcile-after", "0s", "--execute"])
        #expect(
            run.output.contains(#""result":"answered","platform_status":"success","written":1"#), "\(run)")
        try side.installation.waitUntilDecided(by: [worker])
        let events = try side.records(.status).compactMap(\.valueText)
        #expect(events.count == 2)
        #expect(events.first?.contains(#""kind":"redirect""#) == true)
        #expect(events.last?.contains(#""previous":{"status":"awaiting redirect result""#) == true)
        #expect(events.last?.contains(#""origin":"reconciliation""#) == true)
        try expectExactlyOnce(in: side.installation)
        worker.kill()
        ingress.kill()
    }

    @Test(
        "killed in the middle and run again, nothing is doubled: each payment has one event, and the account adds up"
    )
    func killed() throws {
        let side = try MerchantSide()
        let ids = (0..<16).map { "kill-\($0)" }
        for id in ids {
            try side.buy(id)
            try side.pay(id)
        }
        let list = try side.list(ids)
        var kills = 0
        for wanted in [3, 7] {
            let child = try side.start(
                ["--payments", list, "--execute"], ["TIDINGS_RECONCILE_RATE": "2/s"])
            let before = try side.records(.callbacks).count
            while child.isRunning, try side.records(.callbacks).count < before + wanted { usleep(20_000) }
            if child.isRunning { kills += 1 }
            child.send(SIGKILL)
            _ = child.waitForEnd(within: .seconds(60))
        }
        #expect(kills == 2, "it ended before it could be killed")
        let run = try side.reconcile(["--payments", list, "--execute"])
        #expect(run.ending == .exit(0), "\(run)")
        let callbacks = try side.records(.callbacks)
        #expect(callbacks.count > ids.count, "nothing was written twice, so nothing was tested")
        let worker = try side.worker()
        try side.installation.waitUntilDecided(by: [worker])
        let events = try side.records(.status)
        #expect(Set(events.compactMap(\.keyText)) == Set(ids.map { "1234:\($0)" }))
        #expect(events.count == ids.count)
        let found = try expectExactlyOnce(in: side.installation)
        #expect(found.provedAccount == [.advance: ids.count, .duplicate: callbacks.count - ids.count])
        worker.kill()
    }
}
