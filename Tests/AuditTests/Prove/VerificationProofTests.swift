// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

@Suite("A proof with other keys than those of the day")
struct VerificationProofTests {
    private func ring(_ secret: String) throws -> KeyRing {
        let key = try SigningKey(id: "main", secret: Array(secret.utf8))
        return try KeyRing([KeyRing.Project(id: 1234, keys: [key])])
    }

    private func signed(_ body: CallbackFixture, _ secret: String) throws -> String {
        String(decoding: try body.signed(by: secret), as: UTF8.self)
    }

    /// One callback that verified, and one that did not.
    private func model(verification: VerificationPolicy) throws -> ModelPartition {
        var model = ModelPartition(verification: verification, keys: try ring("old"))
        let body = CallbackFixture()
        try model.send(try signed(body, "old"), at: ModelTime.start, hasReceipt: false)
        try model.send(
            try signed(body.with { $0.operation = 48 }, "wrong"), at: ModelTime.start + 1, hasReceipt: false)
        try model.send(try signed(body, "old"), at: ModelTime.start + 2, hasReceipt: false)
        return model
    }

    @Test("the same keys, none, and others: the log holds with all", arguments: ["old", "new", "wrong"])
    func keys(secret: String) throws {
        var model = try model(verification: .missing)
        #expect(model.outputs[.deadLetter]?.count == 1 && model.outputs[.status]?.count == 1)
        model.keysOfToday = try ring(secret)
        let proved = try model.prove()
        #expect(proved.faults == [])
        #expect(proved.account[.deadLetter] == 1 && proved.account[.advance] == 1)
        #expect(proved.account[.duplicate] == 1 && proved.account.addsUp)
    }

    @Test("an unverified dead letter is believed only with the callback's own body, and once")
    func doubledOrChanged() throws {
        var model = try model(verification: .missing)
        let letter = try #require(model.outputs[.deadLetter]?.first)
        model.outputs[.deadLetter]?.append(letter)
        #expect(try model.prove().faults.map(\.kind) == [.unexpected(.notDue)])

        model.outputs[.deadLetter] = [letter.with(value: Array("other".utf8))]
        #expect(try !model.prove().faults.isEmpty)

        model.keysOfToday = try ring("wrong")
        #expect(try !model.prove().faults.isEmpty)
    }
}
