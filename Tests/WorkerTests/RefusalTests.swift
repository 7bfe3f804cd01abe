// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing
import Worker

/// Errors that last until an operator or the cluster changes something.
@Suite("Refusals")
struct RefusalTests {
    @Test(
        "an error of a topic, the cluster or a record is lasting, one of the producer is not",
        arguments: ProduceError.allCases)
    func lasting(error: ProduceError) {
        let failure = KafkaError(error.code, severity: .abortable, topic: "payments.review.v1")
        let cause = ClientError(failure, from: .producer).cause
        #expect(cause.isLasting == (error.scope != .producer))
        #expect(cause.topic == "payments.review.v1" && cause.name == error.name)
        #expect("\(cause)".hasPrefix("payments.review.v1: \(error.name): "))
    }

    @Test("a member that lost its place, and a code that is not an error of producing, are not lasting")
    func others() {
        for code in [KafkaError.Code.illegalGeneration, .unknownMemberID, .fencedInstanceID, .producerFenced]
        {
            #expect(!ClientError(KafkaError(code, severity: .abortable), from: .producer).cause.isLasting)
        }
    }

    @Test("the first refusal of a kind is logged, and then one a minute")
    func logged() {
        var refusals = Refusals()
        let one = ClientError.Cause(name: "MSG_SIZE_TOO_LARGE", message: "", topic: "a", isLasting: true)
        let other = ClientError.Cause(name: "POLICY_VIOLATION", message: "", topic: "a", isLasting: true)
        let logged = [
            (one, 0), (one, 1), (one, 59), (one, 60), (one, 61), (other, 62), (other, 63), (one, 64),
        ]
        .map { refusals.note($0.0, at: .seconds($0.1)) }
        #expect(logged == [true, false, false, true, false, true, false, true])
        #expect(refusals.count == 8)
    }

    @Test("the pause doubles and ends at ten seconds")
    func pause() {
        var refusals = Refusals()
        let cause = ClientError.Cause(name: "POLICY_VIOLATION", message: "", isLasting: true)
        var pauses: [Duration] = []
        for second in 0..<100 {
            _ = refusals.note(cause, at: .seconds(second))
            pauses.append(refusals.pause(from: .milliseconds(50)))
        }
        #expect(
            pauses.prefix(4) == [
                .milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(400),
            ])
        #expect(pauses.last == .seconds(10))
    }

    @Test("a worker without anything to publish forgets a refusal after a minute")
    func expiry() {
        var refusals = Refusals()
        #expect(!refusals.hasExpired(at: .seconds(1000)))
        refusals.goOn(at: .seconds(1000))
        #expect(!refusals.hasExpired(at: .seconds(1060)))
        #expect(refusals.hasExpired(at: .seconds(1061)))
    }
}
