// SPDX-License-Identifier: Apache-2.0
import HTTP
import Testing

@Suite struct IPAddressTests {
    @Test(
        "an address is read and written in one spelling",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::ffff:10.1.2.3", "10.1.2.3"), ("::ffff:0a01:0203", "10.1.2.3"), ("::1", "::1"), ("::", "::"),
            ("2001:DB8::00ff", "2001:db8::ff"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("fe80::", "fe80::"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("0:0:1::", "0:0:1::"),
        ])
    func roundTrip(text: String, written: String) throws {
        #expect(try #require(IPAddress(text)).description == written)
        #expect(IPAddress(written) == IPAddress(text))
    }

    @Test(
        "what is not an address is refused",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.-4", "a.b.c.d",
            "1..2.3", ":",
            ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%eth0", "[::1]", "1:", ":1",
            "1:2:3:4:5:6:7:8::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "2001:db8::1 ", "1.2.3.4:80",
        ])
    func refusal(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("IPv4 and its mapped form are one address")
    func mapped() {
        #expect(IPAddress("::ffff:192.0.2.7") == IPAddress("192.0.2.7"))
        #expect(IPAddress("192.0.2.7")?.isV4 == true)
        #expect(IPAddress("::192.0.2.7")?.isV4 == false)
    }

    @Test(
        "loopback is 127.0.0.0/8 and ::1, and nothing else",
        arguments: [
            ("127.0.0.0", true), ("127.0.0.1", true), ("127.255.255.255", true), ("::ffff:127.0.0.1", true),
            ("::1", true), ("126.255.255.255", false), ("128.0.0.0", false), ("0.0.0.0", false),
            ("::", false),
            ("::2", false), ("::127.0.0.1", false), ("1::1", false), ("192.0.2.127", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }

    @Test("an address to listen on is host and port")
    func bindAddress() throws {
        #expect(try BindAddress("127.0.0.1:8080") == BindAddress(host: "127.0.0.1", port: 8080))
        #expect(try BindAddress("[::1]:0") == BindAddress(host: "::1", port: 0))
        #expect(try BindAddress(":80").host.isEmpty)
        #expect(try BindAddress("[::]:81").description == "[::]:81")
        for text in [
            "", "8080", "host", "host:", "host:x", "host:65536", "::1:80", "[]:80", "[::1:80", "h:-1",
        ] {
            #expect(throws: HTTPError.invalidAddress(text)) { try BindAddress(text) }
        }
    }
}
