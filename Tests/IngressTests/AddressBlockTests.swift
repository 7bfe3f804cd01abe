// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Testing

@Suite struct AddressBlockTests {
    @Test(
        "a block holds what its prefix says and nothing beside it",
        arguments: [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["9.255.255.255", "11.0.0.0", "::10.0.0.1"]
            ),
            ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
            ("192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]),
            ("0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1", "2001:db8::1"]),
            ("::/0", ["1.2.3.4", "::1", "2001:db8::1"], []),
            ("2001:db8::/33", ["2001:db8::1", "2001:db8:7fff::"], ["2001:db8:8000::", "2001:db7::"]),
            ("2001:db8::/96", ["2001:db8::1.2.3.4"], ["2001:db8::1:0:0"]),
            ("::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.0.0.0"]),
            ("::1", ["::1"], ["::2", "0.0.0.1"]),
        ])
    func membership(block: String, inside: [String], outside: [String]) throws {
        let block = try #require(AddressBlock(block))
        for address in inside { #expect(block.contains(try #require(IPAddress(address)))) }
        for address in outside { #expect(!block.contains(try #require(IPAddress(address)))) }
    }

    @Test(
        "what is not a block is refused",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/ 8", "10.0.0.1/8",
            "10/8",
            "::/129", "2001:db8::1/32", "10.0.0.0/8/8", "host", "10.0.0.0-10.0.0.9",
        ])
    func refusal(text: String) {
        #expect(AddressBlock(text) == nil)
    }
}
