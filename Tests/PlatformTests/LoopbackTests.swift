// SPDX-License-Identifier: Apache-2.0
import Gate
import Glibc
import TestSupport
import Testing
import WebClient

/// What a simulator that listens on every address serves to other machines.
@Suite("Simulator: loopback")
struct LoopbackTests {
    /// An IPv4 address of this machine that is not loopback. A request to it comes from it.
    private static let address: String? = {
        let (up, loopback) = (UInt32(IFF_UP), UInt32(IFF_LOOPBACK))
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        for interface in sequence(first: list, next: { $0?.pointee.ifa_next }) {
            guard let interface = interface?.pointee, let address = interface.ifa_addr,
                Int32(address.pointee.sa_family) == AF_INET, interface.ifa_flags & up != 0,
                interface.ifa_flags & loopback == 0
            else { continue }
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                var bytes = $0.pointee.sin_addr
                var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
                inet_ntop(AF_INET, &bytes, &text, socklen_t(INET_ADDRSTRLEN))
                return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        return nil
    }()

    @Test(
        "the overview and the metrics are refused to a request that is not from loopback",
        .enabled(if: address != nil, "needs a network interface beside loopback"),
        arguments: ["/", "//", "/?project=1234", "/metrics"])
    func refused(path: String) throws {
        let simulator = try Simulator(host: "0.0.0.0")
        _ = try simulator.client.purchase(Simulator.request("payment_47"))
        let refusal = try simulator.send(.get, path, to: try #require(Self.address))
        #expect(refusal.status == 403)
        #expect(String(decoding: refusal.body, as: UTF8.self) == "served on loopback only\n")
        let local = try simulator.send(.get, path)
        #expect(local.status == 200 && local.body != refusal.body)
    }

    @Test(
        "control is not there for a request that is not from loopback, and a customer's pages are",
        .enabled(if: address != nil, "needs a network interface beside loopback"))
    func control() throws {
        let simulator = try Simulator(host: "0.0.0.0")
        let address = try #require(Self.address)
        for path in ["/platform/scenarios", "/platform/deliveries"] {
            #expect(try simulator.send(.get, path, to: address).status == 404)
            #expect(try simulator.send(.get, path).status == 200)
        }
        let json = "application/json"
        let trigger = try simulator.send(
            .post, "/platform/trigger", type: json, #"{"scenario":"success"}"#, to: address)
        #expect((400..<500).contains(trigger.status) && trigger.status != 415)
        #expect(simulator.receiver.requests.isEmpty)
        // Refused by its signature, not by the address.
        let page = try simulator.send(.get, "/payment", to: address)
        #expect(String(decoding: page.body, as: UTF8.self).contains("signature"))
    }
}
