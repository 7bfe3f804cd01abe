// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing
import WebClient

@Suite("Request sender")
struct RequestSenderTests {
    private let body = Array(#"{"payment":"47"}"#.utf8)

    @Test(
        "the answer is returned with status, fields and body, whatever the status",
        arguments: [200, 404, 500])
    func answer(status: Int) throws {
        let server = try ScriptedServer { _, _ in
            .json("[1]", status: status, fields: "Retry-After: 7\r\n")
        }
        let response = try send(to: server)
        #expect(response.status == status)
        #expect(response["retry-after"] == "7")
        #expect(response.body == Array("[1]".utf8))
        #expect(server.requests.map(\.body) == [body])
        #expect(server.requests.map(\.method) == ["POST"])
    }

    @Test(
        "a second request has a new connection and arrives once, although the server kept the first one open and ends the second",
        arguments: [true, false])
    func once(isReset: Bool) throws {
        let server = try ScriptedServer { _, number in
            number == 0
                ? .answerAndKeep(ScriptedServer.answer("{}")) : isReset ? .reset([]) : .answer([])
        }
        _ = try send(to: server)
        #expect(outcome { try send(to: server) } == "unknown")
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("an answer that is cut after any of its bytes is not an answer, and the request is sent once")
    func cut() throws {
        let answer = ScriptedServer.answer(#"{"a":1}"#)
        for count in 0..<answer.count {
            let server = try ScriptedServer { _, _ in
                count % 2 == 0 ? .answer(Array(answer[..<count])) : .reset(Array(answer[..<count]))
            }
            #expect(outcome { try send(to: server) } == "unknown", "\(count) bytes")
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "a connection that is refused, a name that does not exist and a failed TLS handshake prove that nothing was sent"
    )
    func notSent() throws {
        let plain = try ScriptedServer { _, _ in .silence }
        let free = try freePort()
        for url in [
            "http://127.0.0.1:\(free)", "https://name.invalid/", "https://127.0.0.1:\(free)",
        ] {
            #expect(outcome { try send(to: url) } == "not sent", "\(url)")
        }
        // The server waits for a request that a client cannot send before the handshake.
        #expect(
            outcome { try send(to: "https://127.0.0.1:\(plain.port)", within: .seconds(1)) } == "not sent")
        #expect(plain.requests.isEmpty)
    }

    @Test("a server that never answers leaves the outcome unknown")
    func late() throws {
        let server = try ScriptedServer { _, _ in .silence }
        #expect(outcome { try send(to: server.url, within: .seconds(5)) } == "unknown")
        #expect(server.requests.count == 1)
    }

    @Test("an answer over the limit, and a header without end, leave the outcome unknown")
    func overLimit() throws {
        let large = String(repeating: " ", count: 5000)
        let server = try ScriptedServer { _, _ in .json(large) }
        let settings = RequestSender.Settings(responseLimit: 4999)
        #expect(outcome { try send(to: server.url, settings) } == "unknown")
        #expect(try send(to: server.url, .init(responseLimit: 5000)).body.count == 5000)
        let header = Array("HTTP/1.1 100 Continue\r\nX: \(large)\r\n\r\n".utf8)
        let flood = try ScriptedServer { _, _ in .flood(header) }
        #expect(outcome { try send(to: flood.url) } == "unknown")
        let chunks = Array("HTTP/1.1 200 OK\r\n\r\n\(large)".utf8)
        let endless = try ScriptedServer { _, _ in .flood(chunks) }
        #expect(outcome { try send(to: endless.url) } == "unknown")
    }

    @Test("a redirect is an answer and is not followed")
    func redirect() throws {
        let target = try ScriptedServer { _, _ in .json("{}") }
        let url = target.url
        let server = try ScriptedServer { _, _ in .json("", status: 307, fields: "Location: \(url)/\r\n") }
        #expect(try send(to: server).status == 307)
        #expect(target.requests.isEmpty)
    }

    @Test("an answer of 417 is returned; the request is not repeated")
    func expectationFailed() throws {
        let server = try ScriptedServer { _, _ in .json("{}", status: 417) }
        let large = [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)
        let address = try WebAddress(server.url)
        #expect(try RequestSender().send(.json(large, to: address)).status == 417)
        #expect(server.requests.count == 1)
    }

    @Test("plain HTTP to another machine and a field with a line end are refused")
    func refused() throws {
        #expect(outcome { try send(to: "http://192.0.2.1/") } == "refused")
        let request = WebRequest(
            .get, try WebAddress("http://127.0.0.1:1/"), fields: [.init("X", "a\r\nY: b")])
        #expect(outcome { try RequestSender().send(request) } == "refused")
    }

    @Test(
        "a certificate that no trusted authority has signed proves that nothing was sent; a trusted one is accepted",
        .enabled(if: Program.find("openssl") != nil, "needs openssl"))
    func certificate() throws {
        let folder = try TemporaryDirectory()
        let openssl = try #require(Program.find("openssl"))
        let (key, certificate) = (folder.file("key.pem").path, folder.file("certificate.pem").path)
        let maker = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
            ]
                + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key]
                + ["-out", certificate])
        try #require(maker.waitForEnd(within: .seconds(60)) == .exit(0))
        let port = try freePort()
        let server = try ChildProcess(
            openssl, ["s_server", "-accept", "\(port)", "-cert", certificate, "-key", key, "-www", "-quiet"])
        eventually(within: .seconds(60)) { (try? RawHTTP(port: port)) != nil }
        #expect(outcome { try send(to: "https://localhost:\(port)/") } == "not sent")
        let trusting = RequestSender.Settings(authorityFile: certificate)
        let page = WebRequest(.get, try WebAddress("https://localhost:\(port)/"))
        #expect(try RequestSender(trusting).send(page).status == 200)
        // The name of the certificate is another one.
        #expect(outcome { try send(to: "https://127.0.0.1:\(port)/", trusting) } == "not sent")
        server.kill()
    }

    // MARK: Support

    private func outcome(_ body: () throws -> WebResponse) -> String {
        do {
            return "\(try body().status)"
        } catch {
            switch error as? WebError {
            case .refused: return "refused"
            case .notSent: return "not sent"
            case .unknown: return "unknown"
            case nil: return "\(error)"
            }
        }
    }

    private func send(to server: ScriptedServer) throws -> WebResponse { try send(to: server.url) }

    private func send(
        to url: String, _ settings: RequestSender.Settings = .init(timeout: .seconds(60))
    ) throws -> WebResponse {
        try RequestSender(settings).send(.json(body, to: try WebAddress(url)))
    }

    private func send(to url: String, within limit: Duration) throws -> WebResponse {
        try send(to: url, .init(connectTimeout: limit, timeout: limit))
    }
}
