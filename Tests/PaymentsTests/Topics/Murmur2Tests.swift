// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Murmur2")
struct Murmur2Tests {
    /// From Kafka's own UtilsTest.testMurmur2, plus the empty key.
    static let known: [(String, Int32)] = [
        ("21", -973_932_308),
        ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
        ("", 275_646_681),
    ]

    @Test("hashes as the Java client does", arguments: known)
    func hashesAsJava(key: String, hash: Int32) {
        #expect(Murmur2.hash(Array(key.utf8).span.bytes) == hash)
    }

    @Test("clears the sign bit instead of negating", arguments: [1, 3, 6, 64])
    func clearsTheSign(count: Int) {
        for (key, hash) in Self.known {
            let expected = Int(UInt32(bitPattern: hash) & 0x7fff_ffff) % count
            #expect(Murmur2.partition(of: Array(key.utf8).span.bytes, count: count) == expected)
        }
    }
}
