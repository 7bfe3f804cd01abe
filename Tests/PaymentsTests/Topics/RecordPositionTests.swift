// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("RecordPosition")
struct RecordPositionTests {
    @Test("a position is a partition and an offset, and no other text is one")
    func position() {
        #expect(RecordPosition("3:1042") == RecordPosition(partition: 3, offset: 1042))
        for text in ["", "3", "3:", ":1", "3:1:2", "-1:2", "3:-2", "03:1", "+3:1", "a:b", "3: 1"] {
            #expect(RecordPosition(text) == nil, "\(text)")
        }
    }
}
