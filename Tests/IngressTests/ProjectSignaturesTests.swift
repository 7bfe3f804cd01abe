// SPDX-License-Identifier: Apache-2.0
import HTTP
import Ingress
import Payments
import TestSupport
import Testing

@Suite struct ProjectSignaturesTests {
    private static let line = "no callback of this project verifies"

    /// Posts one callback that the ingress refuses, and gives the line that follows.
    private static func report(_ keys: KeyRing, body: [UInt8]) throws -> String {
        let log = try LogFile()
        let ingress = try TestIngress(keys: keys, log: log.log)
        for _ in 0..<3 { #expect(try ingress.post(body)?.status == 403) }
        eventually(within: .seconds(60)) { !log.lines(with: Self.line).isEmpty }
        #expect(log.lines(with: Self.line).count == 1)
        for secret in ["secret of 1234", "secret of 99", "qwerty"] {
            #expect(log.lines(with: secret).isEmpty)
        }
        return log.lines(with: Self.line).first ?? ""
    }

    private static func ring(_ secret: String, mode: SigningKey.Mode = .active) throws -> KeyRing {
        try TestIngress.ring([SigningKey(id: "main", secret: Array(secret.utf8), mode: mode)])
    }

    @Test(
        "white space around the secret is named",
        arguments: [" secret of 1234", "secret of 1234\n\n", "\tsecret of 1234 "])
    func whiteSpace(secret: String) throws {
        let line = try Self.report(try Self.ring(secret), body: try signed(callback()))
        #expect(line.contains("white space around the secret of the key main"))
        #expect(line.contains("\"project\":1234"))
    }

    @Test("quotation marks around the secret are named")
    func quoted() throws {
        let line = try Self.report(try Self.ring("\"secret of 1234\""), body: try signed(callback()))
        #expect(line.contains("quotation marks"))
    }

    @Test("a test key is named")
    func testKey() throws {
        let body = try signed(callback(), secret: Array("qwerty".utf8))
        #expect(try Self.report(try Self.ring("secret of 1234"), body: body).contains("test key"))
    }

    @Test("another project's key is named")
    func otherProject() throws {
        let keys = try KeyRing([
            .init(id: 1234, keys: [SigningKey(id: "main", secret: TestIngress.secret)]),
            .init(id: 99, keys: [SigningKey(id: "b", secret: Array("secret of 99".utf8))]),
        ])
        let body = try signed(callback(), secret: Array("secret of 99".utf8))
        #expect(try Self.report(keys, body: body).contains("the key b of project 99"))
    }

    @Test("a key in shadow mode, and one whose time has passed, are named")
    func modes() throws {
        let body = try signed(callback())
        let shadow = try Self.ring("secret of 1234", mode: .shadow)
        #expect(try Self.report(shadow, body: body).contains("shadow"))
        let retired = try Self.ring("secret of 1234", mode: .retiring(until: Timestamp(milliseconds: 1)))
        #expect(try Self.report(retired, body: body).contains("whose time has passed"))
    }

    @Test("a project without keys, and a signature of unknown origin, are named as such")
    func others() throws {
        let strange = try signed(callback(project: "77"))
        #expect(
            try Self.report(try Self.ring("another"), body: strange).contains("no key of this project"))
        let unknown = try signed(callback(), secret: Array("nobody has it".utf8))
        #expect(try Self.report(try Self.ring("another"), body: unknown).contains("compare the secret"))
    }

    @Test("a forged callback beside good ones is not news")
    func beside() throws {
        let log = try LogFile()
        let ingress = try TestIngress(log: log.log)
        #expect(try ingress.post(try signed(callback()))?.status == 200)
        let forged = try signed(callback(), secret: Array("wrong".utf8))
        #expect(try ingress.post(forged)?.status == 403)
        #expect(try ingress.post(try signed(callback(operation: 48)))?.status == 200)
        ingress.stop()
        #expect(log.lines(with: Self.line).isEmpty)
    }
}
