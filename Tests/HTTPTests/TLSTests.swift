// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.enabled(if: TestAuthority.hasTools, "needs /usr/bin/openssl and /usr/bin/curl"))
struct TLSTests {
    private static func server(_ tls: ServerSettings.TLS) throws -> TestServer {
        var settings = ServerSettings()
        settings.tls = tls
        // A client has as long as a busy machine needs.
        settings.deadlines.headers = .seconds(60)
        settings.deadlines.body = .seconds(60)
        return try TestServer(settings)
    }

    @Test("with a key and a certificate it serves HTTPS, and the gate holds there too")
    func https() throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("authority", in: folder.url)
        try authority.issue("server")
        let test = try Self.server(try authority.tls("server"))
        #expect(try authority.status(["--data", "{}"], at: test.port) == "200")
        let coded = ["--data", "{}", "-H", "Content-Encoding: gzip"]
        #expect(try authority.status(coded, at: test.port) == "415")
    }

    @Test("a client that is still sending a body over the limit gets 413", arguments: ["length", "chunks"])
    func oversized(form: String) throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("authority", in: folder.url)
        try authority.issue("server")
        let test = try Self.server(try authority.tls("server"))
        let body = folder.file("body")
        try Data(repeating: UInt8(ascii: "b"), count: 8 << 20).write(to: body)
        let header = form == "chunks" ? ["-H", "Transfer-Encoding: chunked"] : []
        for _ in 0..<10 {
            let status = try authority.status(
                ["--data-binary", "@\(body.path)", "-H", "Expect:"] + header, at: test.port)
            #expect(status == "413")
        }
        #expect(test.desk.handled == 0)
    }

    @Test(
        "TLS 1.2 is the lowest version",
        arguments: [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)])
    func versions(version: String, isServed: Bool) throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("authority", in: folder.url)
        try authority.issue("server")
        let test = try Self.server(try authority.tls("server"))
        // At security level 0 openssl itself offers the old versions.
        let client = try ChildProcess(
            TestAuthority.openssl,
            ["s_client", "-connect", "127.0.0.1:\(test.port)", version, "-CAfile", authority.certificate]
                + (version.hasPrefix("-tls1_3") ? [] : ["-cipher", "DEFAULT@SECLEVEL=0"]))
        let ending = client.waitForEnd(within: .seconds(60))
        #expect((ending == .exit(0)) == isServed, "\(client.output)\(client.errors)")
    }

    @Test("a new certificate serves new connections, and open ones go on with the older one")
    func reload() throws {
        let folder = try TemporaryDirectory()
        let old = try TestAuthority("old", in: folder.url)
        let new = try TestAuthority("new", in: folder.url)
        try old.issue("server-1")
        try new.issue("server-2", days: 5)
        let test = try Self.server(try old.tls("server-1"))
        let metric = "tidings_certificate_not_after_timestamp_seconds{server=\"http\"}"
        let before = try #require(test.metric(metric))
        let open = try old.request(["--data", "{}"], "/hold", at: test.port)
        let ticket = try #require(test.desk.tickets(1, within: .seconds(60)).first)

        try test.server.replaceTLS(try new.tls("server-2"))
        #expect(try new.status(["--data", "{}"], at: test.port) == "200")
        #expect(try old.status(["--data", "{}"], at: test.port) == "000")
        #expect((test.metric(metric) ?? 0) > before)

        #expect(test.server.answer(ticket, with: test.ok))
        #expect(open.waitForEnd(within: .seconds(60)) == .exit(0))
        #expect(open.output == "200")
    }

    @Test("a key that does not fit its certificate does not start, and does not replace one that does")
    func misfit() throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("authority", in: folder.url)
        try authority.issue("one")
        try authority.issue("two")
        var mixed = try authority.tls("one")
        mixed.privateKey = try authority.tls("two").privateKey
        let nothing = ServerSettings.TLS(privateKey: Array("no key".utf8), certificate: Array("none".utf8))
        for tls in [mixed, nothing] { #expect(throws: HTTPError.self) { try Self.server(tls) } }

        let test = try Self.server(try authority.tls("one"))
        #expect(throws: HTTPError.self) { try test.server.replaceTLS(mixed) }
        #expect(try authority.status(["--data", "{}"], at: test.port) == "200")
    }

    @Test("with client authorities every request needs a certificate that one of them signed")
    func clientCertificates() throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("authority", in: folder.url)
        let foreign = try TestAuthority("foreign", in: folder.url)
        try authority.issue("server")
        try authority.issue("right")
        try authority.issue("for-clients", purpose: "clientAuth")
        try authority.issue("for-servers", purpose: "serverAuth")
        try authority.issue("expired", days: -1)
        try foreign.issue("stranger")
        let test = try Self.server(
            try authority.tls("server", clientAuthorities: try authority.certificateBytes))
        let body = ["--data", "{}"]
        #expect(try authority.status(body, at: test.port) == "403")
        for subject in ["stranger", "foreign", "expired", "for-servers"] {
            #expect(
                try authority.status(body + authority.shown(subject), at: test.port) == "403", "\(subject)")
        }
        #expect(test.desk.handled == 0)
        for subject in ["right", "for-clients"] {
            #expect(
                try authority.status(body + authority.shown(subject), at: test.port) == "200", "\(subject)")
        }
        #expect(
            test.metric("tidings_http_refused_total{server=\"http\",rule=\"client-certificate\"}") == 5)

        // The authorities are replaced with the certificate.
        try test.server.replaceTLS(
            try authority.tls("server", clientAuthorities: try foreign.certificateBytes))
        #expect(try authority.status(body + authority.shown("right"), at: test.port) == "403")
        #expect(try authority.status(body + authority.shown("stranger"), at: test.port) == "200")
    }
}
