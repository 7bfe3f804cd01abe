// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("Assignment")
struct AssignmentTests {
    private let partitions = [0, 1].map { TopicPartition(topic: "in", partition: $0) }

    @Test("partitions offered to empty hands are taken up immediately")
    func emptyHands() {
        var assignment = Assignment()
        #expect(assignment.offered(partitions) == .now)
        #expect(assignment.count == 1)
        #expect(assignment.partitions == partitions)
        #expect(assignment.takeChanges() == [.assigned(partitions)])
    }

    @Test("partitions offered while records are in hand wait until those are dropped")
    func recordsInHand() {
        var assignment = Assignment()
        _ = assignment.offered(partitions)
        assignment.holdsRecords(true)
        assignment.revoked(wasLost: false)
        #expect(assignment.offered([partitions[1]]) == .afterFill)
        #expect(assignment.count == 3)
        #expect(assignment.partitions.isEmpty)
        #expect(assignment.takeUpOffer() == [partitions[1]])
        #expect(assignment.partitions == [partitions[1]])
        #expect(
            assignment.takeChanges() == [
                .assigned(partitions), .revoked(partitions), .assigned([partitions[1]]),
            ])
        #expect(assignment.takeUpOffer() == nil)
    }

    @Test("an offer that was taken back before it was taken up is forgotten")
    func offerTakenBack() {
        var assignment = Assignment()
        assignment.holdsRecords(true)
        _ = assignment.offered(partitions)
        assignment.revoked(wasLost: true)
        #expect(assignment.takeUpOffer() == nil)
        #expect(assignment.count == 2)
        // It never had them, so it lost nothing.
        #expect(assignment.takeChanges().isEmpty)
    }

    @Test("partitions that are lost are reported as lost")
    func lost() {
        var assignment = Assignment()
        _ = assignment.offered(partitions)
        assignment.revoked(wasLost: true)
        #expect(assignment.takeChanges() == [.assigned(partitions), .lost(partitions)])
        #expect(assignment.takeChanges().isEmpty)
    }
}
