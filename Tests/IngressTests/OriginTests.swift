// SPDX-License-Identifier: Apache-2.0
import Ingress
import TestSupport
import Testing

@Suite struct OriginTests {
    private static func blocks(_ texts: String...) throws -> [AddressBlock] {
        try texts.map { try #require(AddressBlock($0)) }
    }

    @Test(
        "an address that is not allowed has the constant 403, valid signature or not, and nothing is written")
    func notAllowed() throws {
        let allowed = try Self.blocks("203.0.113.0/24", "2001:db8::/32")
        let ingress = try TestIngress { $0.allowed = allowed }
        let answer = try #require(try ingress.post(try signed(callback())))
        #expect(answer.status == 403)
        #expect(answer.text == "refused\n")
        #expect(try ingress.records().isEmpty)
        #expect(ingress.outcome("address-not-allowed") == 1)
        // From a peer that is not a trusted proxy the field means nothing.
        #expect(
            try ingress.post(try signed(callback()), headers: [("X-Forwarded-For", "203.0.113.9")])?.status
                == 403)
    }

    @Test(
        "behind a trusted proxy the sender is the rightmost hop that no trusted proxy has",
        arguments: [
            ("203.0.113.9", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, 198.51.100.1", nil),
            ("203.0.113.9, 10.0.0.1", "203.0.113.9"),
            ("198.51.100.1,203.0.113.9,10.0.0.1,\t10.0.0.2", "203.0.113.9"),
            ("203.0.113.9:4711", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("unknown", nil), ("", nil), ("203.0.113.9,", nil), ("203.0.113.9 x", nil),
            ("203.0.113.9, garbage", nil), ("203.0.113.9:99999999", nil), ("[2001:db8::7", nil),
            // Every hop is a proxy of ours: the one furthest away sent it, and it is not on the list.
            ("10.0.0.1", nil),
        ] as [(String, String?)])
    func forwarded(field: String, sender: String?) throws {
        let allowed = try Self.blocks("203.0.113.0/24", "2001:db8::/32")
        let proxies = try Self.blocks("127.0.0.1", "10.0.0.0/8")
        let ingress = try TestIngress {
            $0.allowed = allowed
            $0.trustedProxies = proxies
        }
        let answer = try ingress.post(try signed(callback()), headers: [("X-Forwarded-For", field)])
        #expect(answer?.status == (sender == nil ? 403 : 200))
        #expect(try ingress.records().map { $0.header("tidings-peer") } == (sender.map { [$0] } ?? []))
    }

    @Test("several fields are one list, in their order")
    func severalFields() throws {
        let proxies = try Self.blocks("127.0.0.1")
        let ingress = try TestIngress { $0.trustedProxies = proxies }
        let headers = [("X-Forwarded-For", "203.0.113.1"), ("x-forwarded-for", "203.0.113.2")]
        #expect(try ingress.post(try signed(callback()), headers: headers)?.status == 200)
        #expect(try ingress.records().first?.header("tidings-peer") == "203.0.113.2")
    }

    @Test("a trusted proxy that names no one is itself the sender")
    func noField() throws {
        let proxies = try Self.blocks("127.0.0.1")
        let ingress = try TestIngress { $0.trustedProxies = proxies }
        #expect(try ingress.post(try signed(callback()))?.status == 200)
        #expect(try ingress.records().first?.header("tidings-peer") == "127.0.0.1")
    }

    @Test("too much that does not verify is answered 429 with Retry-After; what verifies still has its 200")
    func unverifiedLimit() throws {
        let ingress = try TestIngress { $0.unverifiedPerMinute = 3 }
        let wrong = try signed(callback(), secret: Array("wrong".utf8))
        let good = try signed(callback())
        #expect(try ingress.post(wrong)?.status == 403)
        #expect(try ingress.post(Array("{".utf8))?.status == 400)
        #expect(try ingress.post(good)?.status == 200)
        #expect(try ingress.post(wrong)?.status == 403)
        for body in [wrong, Array("{".utf8), wrong] {
            let answer = try #require(try ingress.post(body))
            #expect(answer.status == 429)
            #expect(answer["retry-after"] == "10")
            #expect(try ingress.post(good)?.status == 200)
        }
        #expect(ingress.outcome("limited") == 3)
        #expect(try ingress.records().count == 4)
    }

    @Test("each sender behind a trusted proxy has a separate limit")
    func limitBehindProxy() throws {
        let proxies = try Self.blocks("127.0.0.1")
        let ingress = try TestIngress {
            $0.unverifiedPerMinute = 1
            $0.trustedProxies = proxies
        }
        for sender in ["203.0.113.1", "203.0.113.2"] {
            #expect(try ingress.post(Array("{".utf8), headers: [("X-Forwarded-For", sender)])?.status == 400)
            #expect(try ingress.post(Array("{".utf8), headers: [("X-Forwarded-For", sender)])?.status == 429)
        }
    }
}
