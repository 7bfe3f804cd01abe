// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("PartitionKey")
struct PartitionKeyTests {
    private func key(
        _ draft: JSONDraft, project: Int64? = 1234, rule: SignatureRule = .natural, sorted: Bool = false
    ) throws -> String {
        let body = draft.body
        var tree = JSONTree()
        try tree.parse(body.span.bytes)
        var lines = SignedLines()
        lines.flatten(tree, rule: rule)
        if sorted { lines.sort(by: rule) }
        var key: [UInt8] = [1, 2, 3]
        PartitionKey.derive(from: lines, projectID: project, body: body.span.bytes, into: &key)
        return String(decoding: key, as: UTF8.self)
    }

    @Test("a payment's callbacks share the key of its folded id, whatever their letter case")
    func payment() throws {
        #expect(try key(SampleCallback.success) == "1234:payment_47")
        #expect(try key(SampleCallback.success.with("payment.id", "Order_314É")) == "1234:order_314É")
        #expect(try key(SampleCallback.success, project: 9) == "9:payment_47")
        #expect(try key(SampleCallback.success, project: nil) == "1234:payment_47")
        #expect(try key(SampleCallback.success.with("project_id", nil), project: nil) == "-:payment_47")
        #expect(try key(SampleCallback.transaction, project: nil) == "1234:payment_47")
    }

    @Test("without a payment the token, the recurring or the request names it")
    func others() throws {
        // printf '1234:eyJ0b2tlbiI6IjQ3In0' | sha256sum | cut -c1-32
        #expect(try key(SampleCallback.token) == "token:1234:a5b344e5beba3f8178d1edbc1741ff46")
        #expect(try key(SampleCallback.token, project: 9) != key(SampleCallback.token))
        #expect(try key(SampleCallback.recurring) == "recurring:1234:321")
        #expect(try key(SampleCallback.token.with("token", nil)) == "request:1234:5f3a")
    }

    @Test("what cannot be named, or is named at length, is hashed")
    func hashed() throws {
        // sha256sum of {}
        #expect(
            try key([:])
                == "sha256:1234:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        let longest = String(repeating: "a", count: 395)
        #expect(try key(SampleCallback.success.with("payment.id", .text(longest))) == "1234:" + longest)
        // printf '1234:%s' aaa…a | sha256sum, with 396 of them
        #expect(
            try key(SampleCallback.success.with("payment.id", .text(longest + "A")))
                == "sha256:1234:c37647bc41079c9f65c320fc682f276085fe579d98437ae13194a2fc921722f7")
    }

    @Test("the key depends on the signed text alone, not on the JSON that carries it or on the lines' order")
    func textOnly() throws {
        var moved = SampleCallback.success.with("payment", nil)
        moved["0"] = ["payment": SampleCallback.success["payment"] ?? nil]
        #expect(try key(moved) == "1234:payment_47")
        #expect(try key(["payment": "id:payment_47"]) == "1234:payment_47")
        // Two lines with one path: the lesser value, sorted or not.
        let doubled: JSONDraft = ["payment:id": "b", "payment": ["id:x": "a", "id": ["x": "c"]]]
        let keys = try [true, false].map { try key(doubled, rule: .unescaped, sorted: $0) }
        #expect(keys == ["1234:b", "1234:b"])
    }

    @Test("an unreadable body is named by its hash")
    func unreadable() {
        var key: [UInt8] = []
        let body = [UInt8]("{}".utf8)
        PartitionKey.derive(from: SignedLines(), projectID: 7, body: body.span.bytes, into: &key)
        #expect(
            String(decoding: key, as: UTF8.self)
                == "sha256:7:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
    }
}
