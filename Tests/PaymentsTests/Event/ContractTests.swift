// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// The published contract, checked by others than those who wrote it, and held to what it promised.
@Suite("Contract")
struct ContractTests {
    private static let schemas = Repository.file("schemas")
    private static let examples = schemas.appending(path: "examples")
    private static let compatibility = schemas.appending(path: "compatibility")

    @Test(
        "every example is valid by the JSON Schema, and decodes from Protocol Buffers to the same values",
        .needs(.contract))
    func examples() throws {
        let (ending, output) = try OutsideTool.contract.run([
            "events", Self.schemas.path, Self.examples.path,
        ])
        #expect(ending == .exit(0), "\(output)")
        let reported = try Example.all.count { try $0.run(.json).record.output.decision.topic == .status }
        #expect(output.hasPrefix("\(reported) events"))
    }

    @Test(
        "the checks find what is wrong", .needs(.contract)
    )
    func tampered() throws {
        let example = Self.examples.appending(path: "purchase-success")
        let event = try String(contentsOf: example.appending(path: "event.json"), encoding: .utf8)
        let wrong = [
            event.replacing(#""revision":1"#, with: #""revision":"1""#),
            event.replacing(#""revision":1"#, with: #""revision":1,"news":1"#),
            event.replacing(#""amount":10000"#, with: #""amount":10001"#),
            event.replacing(#""status_class":"final""#, with: #""status_class":"last""#),
            event.replacing(#""revision":1"#, with: #""revision":1,"revision":1"#),
        ]
        for text in wrong {
            #expect(text != event)
            let folder = try TemporaryDirectory()
            try text.write(to: folder.file("event.json"), atomically: true, encoding: .utf8)
            try FileManager.default.copyItem(
                at: example.appending(path: "event.binpb"), to: folder.file("event.binpb"))
            let (ending, _) = try OutsideTool.contract.run([
                "events", Self.schemas.path, folder.file("").path,
            ])
            #expect(ending == .exit(1), "\(text)")
        }
    }

    @Test(
        "events as they were first published are still valid",
        .needs(.contract))
    func firstEvents() throws {
        let (ending, output) = try OutsideTool.contract.run([
            "events", Self.schemas.path, Self.compatibility.path,
        ])
        #expect(ending == .exit(0), "\(output)")
        #expect(!output.hasPrefix("0 "))
    }

    @Test(
        "no field of v1 is gone, renumbered or of another type, and no status has another code, spelling or class",
        .needs(.contract))
    func fields() throws {
        let promised = try String(contentsOf: Self.compatibility.appending(path: "v1.txt"), encoding: .utf8)
        let (ending, output) = try OutsideTool.contract.run(["lines", Self.schemas.path])
        #expect(ending == .exit(0))
        let today = Set(output.split(separator: "\n"))
        let gone = promised.split(separator: "\n").filter { !today.contains($0) }
        #expect(gone.isEmpty)
        #expect(!promised.isEmpty)
    }

    @Test(
        "what was first published of an example is still reported it, to the letter; more may be reported beside it"
    )
    func firstExamples() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.compatibility.path)
            .filter { !$0.hasSuffix(".txt") && $0 != "tidings" }
        #expect(folders.count > 10)
        for folder in folders {
            let (first, today) = try (
                Self.event(Self.compatibility.appending(path: folder)),
                Self.event(Self.examples.appending(path: folder))
            )
            #expect(Self.changed(first, in: today, at: folder).isEmpty)
        }
        #expect(Self.changed(["a": ["b": 1, "c": 2]], in: ["a": ["b": 1], "d": 3], at: "") == [":a:c"])
    }

    private static func event(_ folder: URL) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "event.json")))
    }

    /// The paths of those values that are gone or others now.
    private static func changed(_ first: Any, in today: Any?, at path: String) -> [String] {
        guard let members = first as? [String: Any] else {
            let isSame = (first as? NSObject).map { $0.isEqual(today) } ?? false
            return isSame ? [] : [path]
        }
        let others = today as? [String: Any]
        return members.flatMap { changed($0.value, in: others?[$0.key], at: "\(path):\($0.key)") }
    }

    @Test("the description of the topics names every topic, header, reason and error")
    func topics() throws {
        let text = try String(contentsOf: Self.schemas.appending(path: "asyncapi.yaml"), encoding: .utf8)
        let names: [StaticString] =
            [
                Receipt.Header.receivedAt, Receipt.Header.keyID, Receipt.Header.rule,
                Receipt.Header.projectID,
                Receipt.Header.peer, Receipt.Header.origin, Receipt.Header.traceparent,
                RecordHeader.eventID, RecordHeader.eventType,
                RecordHeader.eventSource, RecordHeader.eventSubject, RecordHeader.eventTime,
                RecordHeader.specVersion, RecordHeader.contentType, RecordHeader.reason, RecordHeader.rule,
                RecordHeader.path, RecordHeader.stage, RecordHeader.errorClass, RecordHeader.errorOffset,
                RecordHeader.originTopic, RecordHeader.originPartition, RecordHeader.originOffset,
                RecordHeader.originTimestamp, RecordHeader.bodyOmitted, RecordHeader.dataSchema,
                RecordHeader.schemaID,
            ] + Decision.allCases.filter { $0.topic == .review }.map(\.name)
            + SignatureRule.allCases.map(\.name) + ReceiptOrigin.allCases.map(\.name)
            + JSONError.Reason.allCases.map(\.name)
            + EventType.allCases.map(\.name)
        let words = Set(text.split { !($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        for name in names.map({ "\($0)" }) + Reason.Rule.allCases.map(\.rawValue) {
            #expect(words.contains(Substring(name)), "\(name)")
        }
        for topic in Topic.allCases { #expect(words.contains(Substring(TopicNames()[topic]))) }
    }

    @Test("the headers of every example are those that the description names")
    func headers() throws {
        let text = try String(contentsOf: Self.schemas.appending(path: "asyncapi.yaml"), encoding: .utf8)
        for example in Example.all {
            for header in try example.run(.json).record.headers {
                #expect(text.contains("        \(header.name):\n"), "\(header.name)")
            }
        }
    }
}
