// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Documented members")
struct DocumentedMemberTests {
    @Test("each member alone is clear in each shape and changes nothing else", arguments: DocumentedShape.all)
    func alone(shape: DocumentedShape) throws {
        let plain = try #require(Reported(SampleCallback.read(shape.body)))
        for member in DocumentedMember.all where member.isAddable(to: shape.body) {
            if member.isAction, shape.actions ?? 0 > 0 { continue }
            let reading = SampleCallback.read(shape.body.with(member.path, member.value))
            guard let reported = Reported(reading) else {
                Issue.record("\(shape.name) with \(member.path) is \(reading.kind): \(reading.reasons)")
                continue
            }
            for name in ["shape", "payment.id", "operation.id", "operation.status", "token.status"] {
                #expect(reported[name] == plain[name], "\(shape.name) with \(member.path)")
            }
        }
    }

    /// The list of rule *shapes* is two actions while the operation is not final; no other pair is ambiguous.
    @Test("a pair of members is ambiguous only where it is two actions", arguments: DocumentedShape.all)
    func pairs(shape: DocumentedShape) {
        let members = DocumentedMember.all.filter { $0.isAddable(to: shape.body) }
        var count = 0
        for (index, first) in members.enumerated() {
            for second in members[(index + 1)...] {
                count += 1
                let actions = shape.actions.map { $0 + [first, second].filter(\.isAction).count } ?? 0
                let body = shape.body.with(first.path, first.value).with(second.path, second.value)
                let reading = SampleCallback.read(body)
                let name = "\(shape.name) with \(first.path) and \(second.path)"
                if actions > 1 {
                    #expect(reading.kind == "ambiguous", "\(name)")
                    #expect(
                        reading.reasons.allSatisfy { $0.hasPrefix("shapes ") }, "\(name): \(reading.reasons)")
                } else {
                    #expect(reading.kind == "clear", "\(name): \(reading.reasons)")
                }
            }
        }
        #expect(count > 300)
    }

    @Test("all members together are clear in a final shape", arguments: DocumentedShape.all)
    func together(shape: DocumentedShape) {
        guard shape.actions == nil else { return }
        let body = DocumentedMember.all.filter { $0.isAddable(to: shape.body) }
            .reduce(shape.body) { $0.with($1.path, $1.value) }
        let reading = SampleCallback.read(body)
        #expect(reading.kind == "clear", "\(shape.name): \(reading.reasons)")
    }

    /// What cannot be decided: the text is also that of a purchase request with this member.
    @Test("an amount in the payment, a project in general and a member of both are a callback or a request")
    func undecided() {
        let body = OrdinaryCallback.paymentIDAtRoot.with("general", ["project_id": 1234])
        #expect(SampleCallback.read(body).kind == "clear")
        let reading = SampleCallback.read(body.with("mpi_result", OrdinaryCallback.mpiResult))
        #expect(reading.reasons == ["request general:project_id"])
        #expect(Reason.Rule.request.readings.count == 2)
    }
}
