// SPDX-License-Identifier: Apache-2.0
import Testing
import WebClient

@Suite("Web addresses")
struct WebAddressTests {
    @Test("scheme, host, port and path are read")
    func parts() throws {
        let address = try WebAddress("https://API.example.com:8443/base/?a=b;c")
        #expect(address.scheme == .https)
        #expect(address.host == "api.example.com")
        #expect(address.port == 8443)
        #expect(address.path == "/base/")
        #expect(address.origin == "https://api.example.com:8443")
        #expect(address.appending("/v2/x") == "https://API.example.com:8443/base/v2/x")
    }

    @Test(
        "loopback is 127.0.0.0/8, ::1 and localhost",
        arguments: [
            ("http://127.0.0.1:80", true), ("http://127.255.0.9", true), ("http://localhost/x", true),
            ("http://LOCALHOST", true), ("http://[::1]:8080/", true), ("http://127.0.0.1.example.com", false),
            ("http://127.1", false), ("http://0.0.0.0", false), ("http://127.0.0.256", false),
            ("http://127.0.0.01", false), ("http://localhost.example.com", false), ("http://[::2]", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try WebAddress(text).isLoopback == isLoopback)
    }

    @Test(
        "what is not plainly an http or https address is refused",
        arguments: [
            "", "example.com", "ftp://example.com", "http://", "https:///x", "http://a b", "http://a\\@b",
            "http://user@example.com", "http://example.com#fragment", "http://example.com:0",
            "http://example.com:99999", "http://example.com:1x", "http://[::1", "http://[zz]/",
            "http://ex\u{E4}mple.com",
            "javascript:alert(1)", "http://example.com\r\nX: y",
        ])
    func malformed(text: String) {
        #expect(throws: WebAddress.Malformed.self) { try WebAddress(text) }
    }
}
