// SPDX-License-Identifier: Apache-2.0
import Foundation
import Telemetry
import TestSupport
import Testing

@Suite("Log")
struct LogTests {
    @Test("a line is one JSON object with time, level, message and the fields as typed")
    func jsonLine() throws {
        let line = try written(.json) { log in
            log.warning(
                "the broker is gone", next: "waiting for it", advice: "start it",
                ["broker": "10.0.0.1:9092", "waiting": 12, "fatal": false])
        }
        let object = try #require(try parsed(line).first)
        #expect(object["level"] as? String == "warning")
        #expect(object["message"] as? String == "the broker is gone; waiting for it; start it")
        #expect(object["broker"] as? String == "10.0.0.1:9092")
        #expect(object["waiting"] as? Int == 12)
        #expect(object["fatal"] as? Bool == false)
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test("no value can start a line, colour a terminal, reorder text or reach a look-up")
    func escaping() throws {
        let hostile = "a\r\nb\u{1B}[31m\u{0}\u{7F}\u{85}\u{9B}\u{2028}\u{202E}\"\\ ${jndi:ldap://x}\t"
        for format in [Log.Format.json, .readable] {
            let line = try written(format) {
                $0.error("refused", next: "stopping", advice: "look", ["field": .text(hostile)])
            }
            #expect(line.filter { $0 == "\n" }.count == 1)
            #expect(line.unicodeScalars.allSatisfy { $0 == "\n" || !$0.properties.isControl })
            #expect(!line.contains("${"))
        }
        let json = try written(.json) {
            $0.error("refused", next: "stopping", advice: "look", ["field": .text(hostile)])
        }
        #expect(try parsed(json).first?["field"] as? String == hostile)
    }

    @Test("below the level nothing is written and the fields are not evaluated")
    func level() throws {
        var evaluations = 0
        func costly() -> LogValue {
            evaluations += 1
            return 1
        }
        let text = try written(.json, level: .warning) { log in
            log.debug("a", ["field": costly()])
            log.info("b", ["field": costly()])
            log.error("c", next: "d", advice: "e")
        }
        #expect(evaluations == 0)
        #expect(try parsed(text).compactMap { $0["message"] as? String } == ["c; d; e"])
    }

    @Test("a person's line quotes only what needs quotes")
    func readableLine() throws {
        let line = try written(.readable) { log in
            log.info("started", ["address": "127.0.0.1:8080", "name": "a b", "empty": "", "threads": 2])
        }
        #expect(line.hasSuffix(" INFO started address=127.0.0.1:8080 name=\"a b\" empty=\"\" threads=2\n"))
    }

    @Test("context fields are on every line")
    func context() throws {
        let text = try written(.json) { log in
            let log = log.with(["thread": 3]).with(["slot": "0"])
            log.info("a")
            log.info("b", ["x": 1])
        }
        #expect(try parsed(text).allSatisfy { $0["thread"] as? Int == 3 && $0["slot"] as? String == "0" })
    }

    @Test("a long text is cut")
    func longText() throws {
        let text = try written(.json) { $0.info("a", ["t": .text(String(repeating: "é", count: 5000))]) }
        let field = try #require(try parsed(text).first?["t"] as? String)
        #expect(field.hasSuffix("…") && field.utf8.count < 1100)
    }

    @Test("lines of several threads never mix")
    func manyThreads() async throws {
        let folder = try TemporaryDirectory()
        try Data().write(to: folder.file("log"))
        let file = try FileHandle(forWritingTo: folder.file("log"))
        let log = Log(format: .json, descriptor: file.fileDescriptor)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for line in 0..<50 { log.info("x", ["task": .integer(task), "n": .integer(line)]) }
                }
            }
        }
        let text = try String(contentsOf: folder.file("log"), encoding: .utf8)
        #expect(try parsed(text).count == 200)
    }

    @Test("a closed descriptor loses the line and nothing else")
    func closed() {
        Log(format: .json, descriptor: 9999).error("lost", next: "going on", advice: "look")
        Log.silent.error("lost", next: "going on", advice: "look")
    }

    private func written(
        _ format: Log.Format, level: LogLevel = .debug, _ body: (Log) throws -> Void
    ) throws -> String {
        let folder = try TemporaryDirectory()
        try Data().write(to: folder.file("log"))
        let file = try FileHandle(forWritingTo: folder.file("log"))
        try body(Log(level: level, format: format, descriptor: file.fileDescriptor))
        return try String(contentsOf: folder.file("log"), encoding: .utf8)
    }

    private func parsed(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}
