import Recovery
import Testing

@Suite("Item filter")
struct ItemFilterTests {
    @Test("a position is a partition and an offset, and no other text is one")
    func position() {
        #expect(ItemFilter.Position("3:1042") == ItemFilter.Position(partition: 3, offset: 1042))
        for text in ["", "3", "3:", ":1", "3:1:2", "-1:2", "3:-2", "03:1", "+3:1", "a:b", "3: 1"] {
            #expect(ItemFilter.Position(text) == nil, "\(text)")
        }
    }
}
