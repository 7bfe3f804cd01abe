// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

/// The right that a broker's denial is about.
@Suite("Missing rights")
struct KafkaRightTests {
    private static let write = KafkaRight(.write, on: .topic("callbacks"))
    private static let read = KafkaRight(.read, on: .topic("callbacks"))
    private static let group = KafkaRight(.read, on: .group("workers"))

    @Test("a denial names the first right of its kind of resource")
    func kinds() {
        let rights = [Self.read, Self.group]
        for (code, right) in [
            (KafkaError.Code.topicAuthorizationFailed, Self.read), (.groupAuthorizationFailed, Self.group),
        ] {
            #expect(code.missingRight(among: rights[0], rights[1]) == right, "\(code)")
        }
        #expect(KafkaError.Code.topicAuthorizationFailed.missingRight(among: Self.group) == nil)
    }

    @Test("a producer that gets no id lacks the right to write, and a reader does not")
    func producerID() {
        let code = KafkaError.Code.clusterAuthorizationFailed
        #expect(code.missingRight(among: Self.write) == Self.write)
        #expect(code.missingRight(among: Self.read, Self.group) == nil)
    }
}
