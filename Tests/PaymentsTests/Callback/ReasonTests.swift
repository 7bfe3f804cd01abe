// SPDX-License-Identifier: Apache-2.0
import Payments
import TestSupport
import Testing

@Suite("Reason")
struct ReasonTests {
    private static func body(_ paths: [String]) -> JSONDraft {
        paths.reduce(JSONDraft.object([])) { body, path in
            body.with(path.replacing(":", with: "."), .text("5"))
        }
    }

    @Test("a callback with a value in every field and container is read")
    func everyField() throws {
        let paths = try CallbackPaths.reading("Field")
        #expect(paths.count > 60)
        let reading = SampleCallback.read(Self.body(paths))
        #expect(reading.kind == "ambiguous")
        #expect(reading.reasons.contains("shapes operation"))
    }

    @Test("every path of the schema fits into a reason")
    func pathLimit() throws {
        for path in try CallbackPaths.reading("Field") + CallbackPaths.reading("Schema") {
            let behind = SampleCallback.success.with("account", ["holder": .text("x;\(path):y")])
            for reason in SampleCallback.read(behind).reasons {
                #expect(reason.utf8.count <= Reason.pathLimit + "hidden-line ".utf8.count)
            }
            #expect(path.utf8.count <= Reason.pathLimit)
        }
    }

    @Test("a reading lists a bounded number of reasons, each once")
    func listLimit() throws {
        let hidden = try CallbackPaths.reading("Field").map { ";\($0):x;\($0):y" }.joined()
        let body = SampleCallback.success.with("account", ["holder": .text("x" + hidden)])
        let reasons = SampleCallback.read(body).reasons
        #expect(reasons.count == Reason.listLimit)
        #expect(Set(reasons).count == reasons.count)
    }

    @Test("a rule of an ambiguous text names both readings, the others none")
    func readings() {
        let ambiguous: Set<Reason.Rule> = [.hiddenLine, .link, .request, .tail, .oddKey, .shapes]
        for rule in Reason.Rule.allCases {
            #expect(rule.readings.count == (ambiguous.contains(rule) ? 2 : 0), "\(rule)")
            #expect(Set(rule.readings).count == rule.readings.count)
        }
    }

    @Test("each rule is a reason of its decision, and each withheld callback has a listed reason")
    func decisions() {
        for rule in Reason.Rule.allCases {
            #expect(rule.decision.reasons.contains { "\($0)" == rule.rawValue }, "\(rule)")
        }
        for decision in Decision.allCases {
            let reasons = decision.reasons.map { "\($0)" }
            #expect(Set(reasons).count == reasons.count)
            #expect(reasons.isEmpty == (decision.topic == .status || decision.topic == nil))
        }
        #expect(Decision.deadLetter.reasons.contains { "\($0)" == "duplicate-key" })
    }
}
