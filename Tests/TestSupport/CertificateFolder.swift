// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A certificate authority for tests, and what it signed, as PEM files made by `openssl`.
public final class CertificateFolder: Sendable {
    private static let openssl = URL(fileURLWithPath: "/usr/bin/openssl")

    public static var canMake: Bool { FileManager.default.isExecutableFile(atPath: openssl.path) }

    private let folder: TemporaryDirectory

    /// Makes the authority.
    public init() throws {
        folder = try TemporaryDirectory()
        try run(
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=authority"] + Self.newKey
                + ["-keyout", path("authority.key"), "-out", path("authority.pem")])
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    private func path(_ name: String) -> String { folder.file(name).path }

    /// The authority's certificate.
    public var authority: String { path("authority.pem") }
    public func certificate(_ name: String) -> String { path("\(name).pem") }
    public func key(_ name: String) -> String { path("\(name).key") }
    /// Key and certificate in one file, as Java reads them.
    public func store(_ name: String) -> String { path("\(name).store") }

    /// Makes a key and a certificate for `localhost` with this common name.
    public func sign(_ name: String) throws {
        try run(
            ["req", "-nodes", "-subj", "/CN=\(name)"] + Self.newKey
                + ["-keyout", key(name), "-out", path("\(name).csr")])
        try Data("subjectAltName=DNS:localhost".utf8).write(to: folder.file("\(name).ext"))
        try run(
            ["x509", "-req", "-in", path("\(name).csr"), "-days", "2", "-CAcreateserial"]
                + ["-CA", authority, "-CAkey", path("authority.key")]
                + ["-extfile", path("\(name).ext"), "-out", certificate(name)])
        let parts = try [key(name), certificate(name)].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        try parts.reduce(Data(), +).write(to: folder.file("\(name).store"))
    }

    private func run(_ arguments: [String]) throws {
        let program = try ChildProcess(Self.openssl, arguments)
        guard program.waitForEnd(within: .seconds(120)) == .exit(0) else {
            throw BrokerUnavailable(reason: "openssl \(arguments[0]): \(program.errors)")
        }
    }
}
