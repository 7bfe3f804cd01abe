// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("log lines of librdkafka")
struct ClientLogTests {
    @Test("go to the log as structured lines, with facility and text")
    func structured() throws {
        let folder = try TemporaryDirectory()
        _ = FileManager.default.createFile(atPath: folder.file("log").path, contents: nil)
        let file = try FileHandle(forWritingTo: folder.file("log"))
        let log = Log(level: .warning, format: .json, descriptor: file.fileDescriptor)
        // Nothing listens there.
        let configuration = try KafkaConfiguration(bootstrapServers: "127.0.0.1:\(freePort())")
        let admin = try Admin(configuration, log: log)
        _ = try? admin.describe("in", within: .milliseconds(100))
        let url = folder.file("log")
        eventually(within: .seconds(60)) {
            (try? String(contentsOf: url, encoding: .utf8))?.contains("\n") == true
        }
        let line = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")[0]
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect((object["message"] as? String)?.hasPrefix("librdkafka; ") == true)
        #expect(object["facility"] as? String != nil)
        #expect((object["client"] as? String)?.contains("#consumer-") == true)
        #expect((object["line"] as? String)?.contains("127.0.0.1") == true)
    }

    @Test("a connection that fails is one line, not one of librdkafka and another of its error report")
    func once() throws {
        let log = try LogFile(level: .warning)
        let port = try freePort()
        let configuration = try KafkaConfiguration(bootstrapServers: "127.0.0.1:\(port)")
        let admin = try Admin(configuration, log: log.log)
        let refused = "127.0.0.1:\(port)/bootstrap: Connect to"
        eventually(within: .seconds(60)) {
            _ = try? admin.describe("in", within: .milliseconds(100))
            return log.lines(with: refused).count > 1
        }
        for line in log.lines(with: refused) { #expect(line.contains("\"facility\":\"FAIL\""), "\(line)") }
    }

    @Test("a consumer's property that a producer gets too is not a warning: one configuration serves both")
    func sharedConfiguration() throws {
        let log = try LogFile(level: .debug)
        let configuration = try KafkaConfiguration([
            ("bootstrap.servers", "127.0.0.1:\(freePort())"), ("fetch.wait.max.ms", "100"),
        ])
        let producer = try AcknowledgedProducer(
            configuration, .init(topic: "shared", messageTimeout: .seconds(5)), log: log.log
        ) { _ in }
        let line = "fetch.wait.max.ms is a consumer property"
        eventually(within: .seconds(60)) { !log.lines(with: line).isEmpty }
        for line in log.lines(with: line) { #expect(line.contains("\"level\":\"debug\""), "\(line)") }
        _ = producer.close(within: .seconds(60))
    }
}
