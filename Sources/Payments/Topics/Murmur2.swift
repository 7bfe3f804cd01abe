// SPDX-License-Identifier: Apache-2.0

/// The hash by which Kafka's Java clients choose a partition.
///
/// Ingress, workers, other producers and Kafka Streams or Flink jobs must agree on where a payment is, so
/// this is `org.apache.kafka.common.utils.Utils.murmur2` to the bit, and librdkafka's `murmur2_random` for
/// keyed records.
public enum Murmur2 {
    private static let seed: UInt32 = 0x9747_b28c
    private static let multiplier: UInt32 = 0x5bd1_e995

    /// The 32-bit hash, signed as Java shows it.
    public static func hash(_ key: RawSpan) -> Int32 {
        let count = key.byteCount
        var hash = seed ^ UInt32(truncatingIfNeeded: count)
        let wordsEnd = count & ~3
        var offset = 0
        while offset < wordsEnd {
            // Little-endian words, whatever the machine: the partition is part of the contract.
            let loaded = key.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
            var word = UInt32(littleEndian: loaded)
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash &*= multiplier
            hash ^= word
            offset += 4
        }
        if wordsEnd < count {
            for index in (wordsEnd..<count).reversed() {
                let byte = key.unsafeLoad(fromByteOffset: index, as: UInt8.self)
                hash ^= UInt32(byte) << UInt32(8 * (index - wordsEnd))
            }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }

    /// The partition of a key among `count`, as the Java client's default partitioner has it: the sign bit is
    /// cleared, not negated.
    public static func partition(of key: RawSpan, count: Int) -> Int {
        precondition(count > 0, "a topic has at least one partition")
        return Int(hash(key) & 0x7fff_ffff) % count
    }
}
