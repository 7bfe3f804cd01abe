// SPDX-License-Identifier: Apache-2.0
import Ingress
import Testing

@Suite("PartitionCounts")
struct PartitionCountsTests {
    /// The answers to look-ups, each the counts of the callbacks topic and of the changelog.
    private func differences(_ lookUps: [(callbacks: Int, changelog: Int?)]) -> [Bool] {
        var counts = PartitionCounts()
        return lookUps.map {
            _ = counts.note(callbacks: $0.callbacks, changelog: $0.changelog)
            return counts.isDifferent
        }
    }

    @Test("equal counts that stay do not differ, with the changelog and without it")
    func equal() {
        #expect(differences([(3, 3), (3, 3)]) == [false, false])
        #expect(differences([(3, nil), (3, nil)]) == [false, false])
        #expect(differences([(3, nil), (3, 3), (3, nil)]) == [false, false, false])
    }

    @Test("partitions added before the first look-up differ from the changelog, also after it grew")
    func addedBefore() {
        #expect(differences([(6, 3), (6, 3), (6, 6)]) == [true, true, true])
        #expect(differences([(6, nil), (6, 3), (6, 6)]) == [false, true, true])
    }

    @Test(
        "partitions added while looking differ, to the callbacks topic alone, to all, to the changelog alone")
    func addedWhileLooking() {
        #expect(differences([(3, 3), (6, 3)]) == [false, true])
        #expect(differences([(3, 3), (6, 6)]) == [false, true])
        #expect(differences([(3, 3), (3, 6), (3, 3)]) == [false, true, false])
        #expect(differences([(3, nil), (6, nil)]) == [false, true])
    }

    @Test("a difference is new once for each pair of counts")
    func new() {
        var counts = PartitionCounts()
        let lookUps: [(Int, Int?)] = [(3, 3), (6, 3), (6, 3), (6, nil), (6, 6), (9, 6), (9, 6)]
        let isNew = lookUps.map { counts.note(callbacks: $0.0, changelog: $0.1) }
        #expect(isNew == [false, true, false, false, true, true, false])
    }
}
