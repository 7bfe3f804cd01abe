// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Ordinary callbacks")
struct OrdinaryCallbackTests {
    @Test("there are hundreds of them, in every shape")
    func enough() {
        #expect(OrdinaryCallback.all.count >= 200)
        let shapes = Set(OrdinaryCallback.all.compactMap { Reported(SampleCallback.read($0.body))?["shape"] })
        #expect(shapes == Set(Callback.Shape.allCases.map { "\($0)" }))
    }

    @Test("none is held back, and each reports what it says")
    func clear() {
        for callback in OrdinaryCallback.all {
            let reading = SampleCallback.read(callback.body)
            guard let reported = Reported(reading) else {
                Issue.record("\(callback.name) is \(reading.kind): \(reading.reasons)")
                continue
            }
            for (name, value) in callback.facts {
                #expect(reported[name] == value, "\(callback.name): \(name)")
            }
        }
    }

    @Test("none is held back when it is verified by another rule", arguments: SignatureRule.allCases)
    func otherRules(rule: SignatureRule) {
        for callback in OrdinaryCallback.all {
            let reading = SampleCallback.read(callback.body, rule: rule)
            #expect(Reported(reading) != nil, "\(callback.name) is \(reading.kind): \(reading.reasons)")
        }
    }

    @Test("the golden callbacks are clear, or of no whole shape; never ambiguous")
    func golden() {
        for vector in GoldenVector.all where vector.kind == .callback {
            guard let body = vector.body, !body.contains("[40] paymentId"),
                !body.contains("[68] tokenString"),
                !body.contains("[100] id")
            else { continue }
            let reading = SampleCallback.read(Array(body.utf8), project: nil)
            #expect(
                reading.kind == "clear" || reading.kind == "unknown shape",
                "\(vector.name): \(reading.reasons)")
        }
    }
}
