import Foundation
import HTTP
import TestSupport
import Testing

@Suite struct TLSTests {
    private static let openssl = URL(fileURLWithPath: "/usr/bin/openssl")
    private static let curl = URL(fileURLWithPath: "/usr/bin/curl")

    static var hasTools: Bool {
        FileManager.default.isExecutableFile(atPath: openssl.path)
            && FileManager.default.isExecutableFile(atPath: curl.path)
    }

    @Test(
        "with a key and a certificate it serves HTTPS, and the gate holds there too",
        .enabled(if: hasTools, "needs /usr/bin/openssl and /usr/bin/curl"))
    func https() throws {
        let folder = try TemporaryDirectory()
        let key = folder.file("key.pem")
        let certificate = folder.file("certificate.pem")
        let maker = try ChildProcess(
            Self.openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                key.path,
                "-out", certificate.path,
            ])
        #expect(maker.waitForEnd(within: .seconds(120)) == .exit(0))

        var settings = ServerSettings()
        settings.tls = .init(
            privateKey: Array(try Data(contentsOf: key)),
            certificate: Array(try Data(contentsOf: certificate)))
        let test = try TestServer(settings)
        #expect(try status(of: ["--data", "{}"], to: "/now", at: test.port, trusting: certificate) == "200")
        #expect(
            try status(
                of: ["--data", "{}", "-H", "Content-Encoding: gzip"], to: "/now", at: test.port,
                trusting: certificate) == "415")
        #expect(
            try status(
                of: ["--data", String(repeating: "b", count: 70_000)], to: "/now", at: test.port,
                trusting: certificate) == "413")
    }

    @Test("a key that does not fit its certificate does not start")
    func misfit() {
        var settings = ServerSettings()
        settings.tls = .init(privateKey: Array("no key".utf8), certificate: Array("no certificate".utf8))
        #expect(throws: HTTPError.self) { try TestServer(settings) }
    }

    private func status(
        of arguments: [String], to path: String, at port: UInt16, trusting certificate: URL
    ) throws -> String {
        let client = try ChildProcess(
            Self.curl,
            [
                "--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}",
                "--cacert",
                certificate.path, "--noproxy", "*",
            ] + arguments + ["https://127.0.0.1:\(port)\(path)"])
        client.waitForEnd(within: .seconds(120))
        return client.output
    }
}
