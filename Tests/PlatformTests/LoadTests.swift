// SPDX-License-Identifier: Apache-2.0
import Gate
import Payments
import Platform
import Synchronization
import TestSupport
import Testing
import WebClient

@Suite("Simulator: load")
struct LoadTests {
    private func histories(_ steps: String) throws -> LoadHistories {
        LoadHistories(try Scenario(name: "test", JSONValue(parsing: Array(#"{"steps":[\#(steps)]}"#.utf8))))
    }

    private func load(_ url: String, _ histories: LoadHistories, rate: Double = 200) throws -> CallbackLoad {
        CallbackLoad(
            .init(
                address: try WebAddress(url), projectID: 1234, secret: Simulator.secret, histories: histories,
                rate: rate, duration: .seconds(1), timeScale: 0.001, connections: 4, seed: 7,
                timeout: .seconds(60)))
    }

    @Test("it sends the planned number of signed callbacks, each payment with a separate id")
    func planned() throws {
        let receiver = try ScriptedServer { _, _ in .answerAndKeep(ScriptedServer.answer("")) }
        let steps = #"{"callback":{"status":"processing"}},{"callback":{"status":"success"}}"#
        let result = try load(receiver.url, try histories(steps)).start().wait()
        #expect(result.payments == 100 && result.sent == 200 && result.isAsExpected)
        #expect(result.statuses == [200: 200] && result.answers.count == 200)
        var verifier = SignatureVerifier()
        var ids: Set<String> = []
        for request in receiver.requests {
            #expect(try verifier.verify(request.body.span.bytes, secret: Simulator.secret).rule == .natural)
            let body = try JSONValue(parsing: request.body)
            if let id = body["payment"]?["id"]?.text { ids.insert(id) }
        }
        #expect(receiver.requests.count == 200 && ids.count == 100)
        // Each connection is kept.
        #expect(receiver.connectionCount == 4)
    }

    @Test("a refusal of a genuine callback and an acceptance of a forged one are unexpected")
    func unexpected() throws {
        let refusing = try ScriptedServer { _, _ in .answerAndKeep(ScriptedServer.answer("", status: 403)) }
        let genuine = try histories(#"{"callback":{"status":"success"}}"#)
        let forged = try histories(#"{"callback":{"status":"success","faults":["wrong-signature"]}}"#)
        let refused = try load(refusing.url, genuine).start().wait()
        #expect(refused.unexpected == refused.sent && !refused.isAsExpected)
        #expect(try load(refusing.url, forged).start().wait().isAsExpected)
        let accepting = try ScriptedServer { _, _ in .answerAndKeep(ScriptedServer.answer("")) }
        #expect(try !load(accepting.url, forged).start().wait().isAsExpected)
    }

    @Test("a server that is away is counted, and no answer is made up")
    func unanswered() throws {
        let result = try load(
            "http://127.0.0.1:\(try freePort())", try histories(#"{"callback":{"status":"success"}}"#),
            rate: 50
        ).start().wait()
        #expect(result.unanswered == result.sent && result.sent == 50 && result.answers.count == 0)
        #expect(!result.isAsExpected)
    }

    @Test("an event is measured from the time at which its callback was due, once")
    func events() {
        let times = EventTimes()
        let due = ContinuousClock.now
        func sent(_ status: String, isGenuine: Bool = true) -> CallbackLoad.Sent {
            .init(projectID: 1234, paymentID: "Payment_47", status: status, due: due, isGenuine: isGenuine)
        }
        times.note(sent("processing"))
        times.note(sent("success"))
        times.note(sent("forged", isGenuine: false))
        #expect(times.waiting == 2)
        times.take(eventOf: "1234:payment_47", status: "success", at: due + .milliseconds(20))
        times.take(eventOf: "1234:payment_47", status: "success", at: due + .seconds(20))
        // A duplicate that is sent after the event gets none.
        times.note(sent("success"))
        times.take(eventOf: "1234:other", status: "success", at: due)
        #expect(times.waiting == 1 && times.latencies.count == 1)
        #expect(times.latencies.percentile(100) == .milliseconds(20))
    }

    @Test("percentiles are within a 64th of the exact ones")
    func percentiles() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(50) == nil)
        for value in 1...100_000 { histogram.add(.microseconds(value)) }
        for share in [0.1, 50, 90, 99, 99.9, 100] {
            let exact = Duration.microseconds(Int64(1000 * share))
            let found = histogram.percentile(share) ?? .zero
            #expect(found >= exact && found <= exact * (1 + 1.0 / 64) + .microseconds(1), "\(share)")
        }
    }

    @Test(
        "a file of histories names scenarios with weights, and a wrong one is refused with the place",
        arguments: [
            (#"{"histories":[{"scenario":"a","weight":"3"},{"definition":{"steps":[{"wait":"1s"}]}}]}"#, nil),
            (#"{"histories":[]}"#, "histories"),
            (#"{"histories":[{"scenario":"b"}]}"#, "histories[0].scenario"),
            (#"{"histories":[{"weight":"1"}]}"#, "histories[0]"),
            (#"{"histories":[{"scenario":"a","weight":"0"}]}"#, "histories[0].weight"),
            (#"{"histories":[{"definition":{"steps":[]}}]}"#, "histories[0].definition"),
        ] as [(String, String?)])
    func reading(text: String, place: String?) throws {
        let known = try Scenario(name: "a", JSONValue(parsing: Array(#"{"steps":[{"wait":"1s"}]}"#.utf8)))
        let json = try JSONValue(parsing: Array(text.utf8))
        if let place {
            let error = #expect(throws: Scenario.Malformed.self) {
                try LoadHistories(json, known: [known])
            }
            #expect(error?.description.hasPrefix(place) == true)
        } else {
            _ = try LoadHistories(json, known: [known])
        }
    }
}
