// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import TestSupport
import Testing

/// A certificate authority in a folder, made with openssl.
struct TestAuthority {
    static let openssl = URL(fileURLWithPath: "/usr/bin/openssl")
    static let curl = URL(fileURLWithPath: "/usr/bin/curl")

    static var hasTools: Bool {
        FileManager.default.isExecutableFile(atPath: openssl.path)
            && FileManager.default.isExecutableFile(atPath: curl.path)
    }

    let folder: URL
    let name: String

    /// - Parameter name: of its files, and of its subject.
    init(_ name: String, in folder: URL) throws {
        self.folder = folder
        self.name = name
        try Self.run(
            ["req", "-x509"] + Self.newKey + ["-days", "2", "-subj", "/CN=\(name)"]
                + ["-keyout", path("\(name).key"), "-out", path("\(name).pem")])
    }

    var certificate: String { path("\(name).pem") }
    var certificateBytes: [UInt8] { get throws { try bytes("\(name).pem") } }

    /// A certificate and its key that this authority signs, under a separate name.
    ///
    /// - Parameters:
    ///   - days: how long it holds; below zero it has expired.
    ///   - purpose: the extended key usage; nil names none.
    func issue(_ subject: String, days: Int = 2, purpose: String? = nil) throws {
        var extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
        if let purpose { extensions += "extendedKeyUsage=\(purpose)\n" }
        try Data(extensions.utf8).write(to: folder.appendingPathComponent("\(subject).ext"))
        try Self.run(
            ["req"] + Self.newKey + ["-subj", "/CN=\(subject)"]
                + ["-keyout", path("\(subject).key"), "-out", path("\(subject).csr")])
        try Self.run(
            [
                "x509", "-req", "-in", path("\(subject).csr"), "-CA", certificate, "-CAkey",
                path("\(name).key"),
            ]
                + ["-CAcreateserial", "-days", "\(days)", "-extfile", path("\(subject).ext")]
                + ["-out", path("\(subject).pem")])
    }

    /// What a server uses of an issued certificate.
    func tls(_ subject: String, clientAuthorities: [UInt8]? = nil) throws -> ServerSettings.TLS {
        ServerSettings.TLS(
            privateKey: try bytes("\(subject).key"), certificate: try bytes("\(subject).pem"),
            clientAuthorities: clientAuthorities)
    }

    /// The options with which curl shows an issued certificate.
    func shown(_ subject: String) -> [String] {
        ["--cert", path("\(subject).pem"), "--key", path("\(subject).key")]
    }

    /// A curl that trusts this authority alone and prints the status; `000` where no answer came.
    func request(_ arguments: [String], _ target: String, at port: UInt16) throws -> ChildProcess {
        try ChildProcess(
            Self.curl,
            ["--silent", "--max-time", "60", "--output", "/dev/null", "--write-out", "%{http_code}"]
                + ["--cacert", certificate, "--noproxy", "*"] + arguments
                + ["https://127.0.0.1:\(port)\(target)"])
    }

    func status(_ arguments: [String], _ target: String = "/now", at port: UInt16) throws -> String {
        let client = try request(arguments, target, at: port)
        client.waitForEnd(within: .seconds(90))
        return client.output
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private func path(_ file: String) -> String { folder.appendingPathComponent(file).path }

    private func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(file)))
    }

    private static func run(_ arguments: [String]) throws {
        let child = try ChildProcess(openssl, arguments)
        try #require(child.waitForEnd(within: .seconds(60)) == .exit(0), "\(child.errors)")
    }
}
