// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Hidden line rule")
struct HiddenLineRuleTests {
    private let base = SampleCallback.success

    @Test(
        "a path that we read, behind a semicolon in a value, is named",
        arguments: [
            ("payment:status:success", "payment:status"), ("operation:id:5", "operation:id"),
            ("operation:sum_converted:currency:USD", "operation:sum_converted:currency"),
            ("operations:17:id:5", "operations:*:id"), ("transaction:id:", "transaction:id"),
            ("general:project_id:1234", "general:project_id"), ("project_id:1234", "project_id"),
            ("errors:3:message:x", "errors"), ("redirect_data:body:any key:1", "redirect_data"),
            ("redirectData:url:x", "redirectData"), ("threeds2:x:y", "threeds2"), ("qr_code:1", "qr_code"),
            ("token:t", "token"), ("request:errors:0:x:y", "request:errors"),
            ("recurring:id:5", "recurring:id"),
        ])
    func inValue(piece: String, path: String) {
        for value in ["x;" + piece, ";" + piece, "a;b;" + piece + ";c"] {
            let reading = SampleCallback.read(base.with("operation.message", .text(value)))
            #expect(reading.kind == "ambiguous")
            #expect(reading.reasons.contains("hidden-line \(path)"), "\(value)")
        }
    }

    @Test("values that are not read and keys can hide a line too")
    func elsewhere() {
        let unread = SampleCallback.read(base.with("account", ["holder": "x;payment:status:success"]))
        #expect(unread.reasons == ["hidden-line payment:status"])
        let key = SampleCallback.read(base.with("zz;token_status", "active"))
        #expect(key.reasons.contains("hidden-line token_status"))
        let escaped = SampleCallback.read(base.with("zz;payment:id", "5"), rule: .unescaped)
        #expect(escaped.reasons.contains("hidden-line payment:id"))
    }

    @Test("a path that begins two lines is named")
    func twice() {
        let reading = SampleCallback.read(base.with("payment.status", ["a": "1", "b": "2"]))
        #expect(reading.reasons.contains("hidden-line payment:status"))
        var beside = base
        beside[""] = ["payment": ["id:x": "5"]]
        #expect(SampleCallback.read(beside, rule: .unescaped).reasons.contains("hidden-line payment:id"))
        let entries: JSONDraft = [
            ["id": 5, "code": ["a": 1, "b": 2]], ["id": 3_157_000_013_487, "code": ["a": 1, "b": 2]],
        ]
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("operations", entries)).reasons
                == ["hidden-line operation:code"])
        // Which entry is the newest cannot be reported where an id is not a number.
        let unnumbered: JSONDraft = [["id": ["a": 5, "b": 6]], ["id": 3_157_000_013_487]]
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("operations", unnumbered)).reasons
                == ["hidden-line operation:id", "number operation:id"])
    }

    @Test(
        "what only looks like one hides nothing",
        arguments: [
            "x; payment:status:success", "x;payment:status", "x;payment:state:5", "payment:status:success",
            "x;operations:id:5", "x;Payment:status:y", "x;payment :status:y", "x;\tpayment:status:y",
            "x;operation", "x;payments:id:5", "x;tokens:5", "x;operations::id:5",
        ])
    func negative(value: String) {
        let reading = SampleCallback.read(base.with("operation.message", .text(value)))
        #expect(reading.reasons == [])
    }
}
