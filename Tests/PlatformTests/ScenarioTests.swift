// SPDX-License-Identifier: Apache-2.0
import Gate
import Payments
import Platform
import TestSupport
import Testing
import WebClient

@Suite("Simulator: scenarios")
struct ScenarioTests {
    private func scenario(_ steps: String) throws -> Scenario {
        try Scenario(name: "test", JSONValue(parsing: Array(#"{"steps":[\#(steps)]}"#.utf8)))
    }

    private func trigger(_ simulator: Simulator, _ body: String = #"{"scenario":"test"}"#) throws -> JSONValue
    {
        let response = try simulator.send(.post, "/platform/trigger", type: "application/json", body)
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body)
    }

    @Test("a run sends its callbacks in order, signed, and its payment is known afterwards")
    func run() throws {
        let simulator = try Simulator(scenarios: [
            try scenario(
                """
                {"callback":{"status":"processing"}},{"wait":"5s"},
                {"callback":{"operation":"2","type":"refund","status":"success","payment_status":"partially refunded",
                "amount":2500,"remaining":"7500"}}
                """)
        ])
        let record = try trigger(simulator)
        let callbacks = try simulator.callbacks(2)
        #expect(callbacks.map { $0["operation"]?["status"]?.text } == ["processing", "success"])
        #expect(callbacks[1]["payment"]?["sum"]?["amount"]?.integer == 7500)
        #expect(callbacks[1]["operation"]?["sum_initial"]?["amount"]?.integer == 2500)
        var verifier = SignatureVerifier()
        for request in simulator.receiver.requests {
            let body = request.body
            #expect(try verifier.verify(body.span.bytes, secret: Simulator.secret).rule == .natural)
        }
        let id = try #require(record["payment_id"]?.text)
        guard case .content(let status) = try simulator.client.status(StatusRequest(paymentID: id)) else {
            return #expect(Bool(false))
        }
        #expect(status.status == "partially refunded" && status.operations.count == 2)
    }

    @Test("a run repeats exactly: by its id, and in another simulator by its record")
    func replay() throws {
        let steps = #"{"callback":{"status":"processing","delay":"1s"}},{"callback":{"status":"success"}}"#
        let simulator = try Simulator(scenarios: [try scenario(steps)])
        let record = try trigger(simulator)
        let id = try #require(record["run"]?.text)
        _ = try simulator.callbacks(2)
        let again = try simulator.send(
            .post, "/platform/replay", type: "application/json", #"{"run":"\#(id)"}"#)
        #expect(again.status == 200)
        _ = try simulator.callbacks(4)
        let bodies = simulator.receiver.requests.map(\.text)
        #expect(Array(bodies[2...]) == Array(bodies[..<2]))

        let other = try Simulator()
        let text = String(decoding: record.encoded, as: UTF8.self)
        #expect(try other.send(.post, "/platform/replay", type: "application/json", text).status == 200)
        _ = try other.callbacks(2)
        #expect(other.receiver.requests.map(\.text) == Array(bodies[..<2]))
        #expect(
            try other.send(.post, "/platform/replay", type: "application/json", #"{"run":"x"}"#).status == 404
        )
    }

    @Test(
        "faults: the callback twice, with a moved date, again after a lost answer, and with another signature"
    )
    func faults() throws {
        func bodies(_ fault: String, _ count: Int) throws -> [ScriptedServer.Request] {
            let simulator = try Simulator(scenarios: [
                try scenario(#"{"callback":{"status":"success","faults":["\#(fault)"]}}"#)
            ])
            _ = try trigger(simulator)
            _ = try simulator.callbacks(count)
            return simulator.receiver.requests
        }
        let duplicate = try bodies("duplicate", 2)
        #expect(duplicate.count == 2 && duplicate[0].body == duplicate[1].body)
        let lost = try bodies("lost-answer", 2)
        #expect(lost[0].body == lost[1].body)
        let shifted = try bodies("date-shift", 2).map { try JSONValue(parsing: $0.body) }
        #expect(shifted[0]["operation"]?["date"] != shifted[1]["operation"]?["date"])
        #expect(shifted[0]["operation"]?["id"] == shifted[1]["operation"]?["id"])
        var verifier = SignatureVerifier()
        let forged = try bodies("wrong-signature", 1)[0].body
        #expect(try verifier.verify(forged.span.bytes, secret: Simulator.secret).rule == nil)
        #expect(try bodies("large-text", 1)[0].body.count > 40_000)
        let odd = try JSONValue(parsing: try bodies("odd-text", 1)[0].body)
        #expect(odd["operation"]?["message"]?.text?.hasPrefix("Declined; insufficient funds") == true)
    }

    @Test("a callback with a delay is overtaken by those without, however short the delay is")
    func reorder() throws {
        // A microsecond on the simulator's clock, which has passed before the last callback is queued.
        let delayed = #"{"callback":{"status":"processing","delay":"1ms"}}"#
        let others = (1...20).map { #"{"callback":{"operation":"\#($0)","status":"success"}}"# }
        let steps = ([delayed] + others).joined(separator: ",")
        let simulator = try Simulator(scenarios: [try scenario(steps)])
        _ = try trigger(simulator)
        #expect(
            try simulator.callbacks(21).map { $0["payment"]?["status"]?.text }
                == Array(repeating: "success", count: 20) + ["processing"])
    }

    @Test(
        "a scenario that is wrong is refused with the place",
        arguments: [
            (#"{"wait":"5"}"#, "steps[0].wait"), (#"{"wait":"5s","callback":{}}"#, "steps[0]"),
            (#"{"callback":{}}"#, "steps[0].callback.status"),
            (#"{"callback":{"status":"x","stauts":"y"}}"#, "stauts"),
            (#"{"callback":{"status":"x","faults":["y"]}}"#, "faults"),
            (#"{"callback":{"status":"x","operation":0}}"#, "operation"), ("", "steps"), ("1", "steps[0]"),
        ])
    func malformed(steps: String, place: String) throws {
        let error = #expect(throws: Scenario.Malformed.self) { try scenario(steps) }
        #expect(error?.description.contains(place) == true, "\(String(describing: error))")
    }

    @Test("only JSON triggers, so that no web page can")
    func form() throws {
        let simulator = try Simulator(scenarios: [try scenario(#"{"callback":{"status":"success"}}"#)])
        let response = try simulator.send(
            .post, "/platform/trigger", type: "text/plain", #"{"scenario":"test"}"#)
        #expect(response.status == 415)
        #expect(try simulator.send(.get, "/platform/scenarios").status == 200)
    }

    @Test("every built-in scenario is a YAML file of its name")
    func builtIn() {
        #expect(BuiltInScenarios.files.count == 17)
        for file in BuiltInScenarios.files {
            #expect(String(decoding: file.yaml, as: UTF8.self).hasPrefix("description: "), "\(file.name)")
        }
    }
}
