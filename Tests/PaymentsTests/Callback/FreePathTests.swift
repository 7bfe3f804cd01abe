// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Free path")
struct FreePathTests {
    private func lines(_ container: String, _ value: JSONDraft) throws -> [String] {
        let body = SampleCallback.redirect.with("redirect_data", nil).with(container, value)
        let reported = try #require(Reported(SampleCallback.read(body)))
        return reported.facts.filter { $0.hasPrefix("action.") && !$0.hasPrefix("action.kind") }
            .map { String($0.dropFirst("action.".count)) }
    }

    @Test("a line is cut alike for every body that signs it")
    func textOnly() throws {
        let expected = ["body:a=b:c", "url=https://x.example/"]
        for body: JSONDraft in [["a": "b:c"], ["a": ["b": "c"]], "a:b:c"] {
            #expect(try lines("redirect_data", ["body": body, "url": "https://x.example/"]) == expected)
        }
        #expect(try lines("redirect_data", "url:https://x.example/") == ["url=https://x.example/"])
    }

    @Test("names go on down to a leaf, a form's key or a URL")
    func cuts() throws {
        #expect(try lines("acs", ["md": "a:b:c"]) == ["md=a:b:c"])
        #expect(try lines("threeds2", ["x": ["y": ["z": "1"]]]) == ["x:y:z=1"])
        #expect(try lines("threeds2", ["iframe": ["params": ["k y": "a:b"]]]) == ["iframe:params:k y=a:b"])
        #expect(
            try lines("threeds2", ["link": "https://x.example:8443/"]) == ["link=https://x.example:8443/"])
        #expect(try lines("clarification_fields", ["a": "see here: now"]) == ["a=see here: now"])
        #expect(try lines("qr_code", "00020101021229") == ["=00020101021229"])
        #expect(try lines("qr_code", "https://x.example/") == ["=https://x.example/"])
        #expect(try lines("redirect_data", ["body": ["a:b": "c:d"]]) == ["body:a::b=c:d"])
        #expect(try lines("redirect_data", ["body": "abc"]) == ["body=abc"])
    }

    @Test("lines are in the natural order of their paths, whatever their order in the body")
    func order() throws {
        let members: JSONDraft = ["f10": "1", "f2": "2", "f1": "3"]
        #expect(
            try lines("redirect_data", ["url": "u", "body": members, "method": "POST"])
                == ["body:f1=3", "body:f2=2", "body:f10=1", "method=POST", "url=u"])
    }
}
