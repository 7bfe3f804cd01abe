// SPDX-License-Identifier: Apache-2.0
import Glibc
import Kafka
import Telemetry
import TestSupport
import Testing

/// A transaction is a chain of small requests. With Nagle's algorithm the kernel holds each back that follows
/// another before its acknowledgement has come.
@Suite("Small requests")
struct SmallRequestTests {
    @Test("leave immediately: TCP_NODELAY is set on the sockets of each kind of client (#4986)")
    func noDelay() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let admin = try Admin(cluster.configuration(), log: .silent)
        _ = try admin.watermarks(of: TopicPartition(topic: "in", partition: 0), within: .seconds(60))
        try expectNoDelay(to: cluster)
        let value = Array("value".utf8)
        let producer = try TransactionalProducer(
            cluster.configuration(), .init(transactionalID: "small", topics: ["in"]), log: .silent)
        let transaction = try producer.begin()
        try transaction.produce(to: producer.topic("in"), key: value.span.bytes, value: value.span.bytes)
        #expect(transaction.commit() == .committed)
        try expectNoDelay(to: cluster)
        producer.close()
    }

    /// Looks at every socket of this process that is connected to the cluster.
    private func expectNoDelay(to cluster: borrowing EmbeddedCluster) throws {
        let port = try #require(cluster.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
        let options = (0..<1024).compactMap { (descriptor: Int32) -> Int32? in
            var peer = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafeMutablePointer(to: &peer) { peer in
                peer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(descriptor, $0, &size) == 0
                }
            }
            guard isConnected, peer.sin_port == port.bigEndian else { return nil }
            var isSet: Int32 = 0
            size = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isSet, &size) == 0 else {
                return nil
            }
            return isSet
        }
        #expect(!options.isEmpty && options.allSatisfy { $0 == 1 }, "\(options)")
    }
}
