// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// `tidings demo --serve` in a separate process: an ingress and a worker on a cluster in memory, so that the
/// whole path can be walked where there is no broker.
final class Demo: Sendable {
    let bootstrapServers: String
    let statusTopic: String
    /// The `curl` line that it prints to be pasted.
    let curl: String
    private let port: Int
    private let secret: [UInt8]
    /// Where callbacks are posted to.
    let url: String
    var secretText: String { String(decoding: secret, as: UTF8.self) }
    /// Where its simulated platform serves Gate and the pages.
    let gateURL: String
    private let process: ChildProcess

    init() throws {
        let process = try ChildProcess.tidings(["demo", "--serve"])
        try #require(
            eventually { process.output.contains("Ctrl-C") }, "\(process.errors)")
        let lines = process.output.split(separator: "\n").map(String.init)
        func reported(_ name: String) throws -> String {
            let line = try #require(lines.first { $0.hasPrefix(name + "  ") })
            return line.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
        bootstrapServers = try reported("bootstrap.servers")
        statusTopic = try reported("events")
        gateURL = try reported("gate.url")
        secret = Array(try reported("secret").utf8)
        let url = try #require(URL(string: try reported("callbacks").replacing("POST ", with: "")))
        port = try #require(url.port)
        self.url = url.absoluteString
        curl = try #require(lines.first { $0.hasPrefix("curl ") })
        self.process = process
    }

    /// Posts a body, signed as the platform would, and expects a 200.
    func post(_ body: String) throws {
        var signer = Signer(secret: secret)
        let bytes = Array(body.utf8)
        let connection = try RawHTTP(port: port)
        connection.post("/callbacks", try signer.sign(bytes.span.bytes))
        #expect(connection.answer()?.status == 200)
    }

    /// The events of a payment, once there are so many.
    func events(of payment: String, count: Int) throws -> [ReadRecord] {
        var found: [ReadRecord] = []
        try eventually {
            found = try events().filter { $0.keyText == payment }
            return found.count >= count
        }
        #expect(found.count == count)
        return found
    }

    func events() throws -> [ReadRecord] { try readAll(statusTopic, at: bootstrapServers) }

    /// Ends it orderly.
    func stop() {
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors)")
    }
}
