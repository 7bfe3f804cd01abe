// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import TestSupport
import Testing

/// `schemas/asyncapi.yaml` against an external tool of AsyncAPI, against the examples, and against the code.
@Suite("The description of the topics")
struct TopicDocumentTests {
    static let processor = OutsideTool(
        "Tests/Reference/check_topics.py", modules: ["asyncapi3", "cloudevents", "jsonschema", "yaml"])
    private static let schemas = Repository.file("schemas")

    @Test("it is AsyncAPI 3.0, and every reference leads somewhere", .needs(processor))
    func document() throws {
        let (ending, output) = try Self.processor.run(["document", Self.schemas.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test("every record of the examples is as it says, and every event a CloudEvent", .needs(processor))
    func examples() throws {
        let (ending, output) = try Self.processor.run(["examples", Self.schemas.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test(
        "the record processor finds what is wrong", .needs(processor),
        arguments: [
            ("document", "action: send", "action: sent"),
            ("document", "#/channels/status", "#/channels/stat"),
            ("document", "retention.ms: 7776000000", "retention.ms: soon"),
            ("document", "bindingVersion:", "bindingVersions:"),
            ("document", "int64 revision", "int32 revision"),
            ("examples", "ce_subject:", "ce_subjekt:"), ("examples", "maxLength: 400", "maxLength: 12"),
            ("examples", "unknown-shape, wrong-partition]", "unknown-shape]"),
            ("examples", "required: [ce_specversion", "required: [ce_unheard-of, ce_specversion"),
            ("examples", "tidings-resolved-by:", "tidings-resolved-be:"),
            ("examples", "tidings-release-accepts:", "tidings-release-excepts:"),
            ("document", "schemas/resolutionHeaders", "schemas/resolvedHeaders"),
        ])
    func tampered(question: String, text: String, wrong: String) throws {
        let folder = try TemporaryDirectory()
        let schemas = folder.file("schemas")
        try FileManager.default.copyItem(at: Self.schemas, to: schemas)
        let file = schemas.appending(path: "asyncapi.yaml")
        let document = try String(contentsOf: file, encoding: .utf8)
        try #require(document.contains(text))
        try document.replacing(text, with: wrong).write(to: file, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.processor.run([question, schemas.path])
        #expect(ending == .exit(1), "\(output)")
    }

    @Test(
        "it names every topic, setting, header and value that the code knows, and no other", .needs(processor)
    )
    func facts() throws {
        let (ending, output) = try Self.processor.run(["facts", Self.schemas.path])
        #expect(ending == .exit(0), "\(output)")
        let described = Set(output.split(separator: "\n").map(String.init))
        let known = Self.topics.union(Self.headers).union(Self.values)
        #expect(described.subtracting(known).isEmpty, "the code does not know these")
        #expect(known.subtracting(described).isEmpty, "these are not described")
    }

    @Test("no topic, header or value of v1 is gone", .needs(processor))
    func promised() throws {
        let file = Self.schemas.appending(path: "compatibility/topics.txt")
        let promised = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let today = Set(try Self.processor.run(["facts", Self.schemas.path]).output.split(separator: "\n"))
        #expect(promised.filter { !today.contains($0) }.isEmpty)
        #expect(promised.count > 100)
    }

    private static var topics: Set<String> {
        let plan = TopicPlan(names: TopicNames(), retention: .days(90), deduplication: .standard)
        var lines: Set<String> = []
        for entry in plan.entries {
            for setting in entry.settings {
                lines.insert("topic \(entry.name) \(setting.name) \(setting.value)")
            }
            lines.insert("key \(entry.name) \(PartitionKey.longestBytes)")
            let contentTypes: [String] =
                switch entry.topic {
                case .callbacks, .review: ["application/json"]
                case .status: EventEncoding.allCases.map { "\($0.contentType)" }
                case .deadLetter: ["application/octet-stream"]
                case .changelog: ["application/octet-stream", "text/plain"]
                }
            for type in contentTypes { lines.insert("value \(entry.name) \(type)") }
        }
        return lines
    }

    private static var headers: Set<String> {
        let receipt: [StaticString] = [
            Receipt.Header.receivedAt, Receipt.Header.keyID, Receipt.Header.rule, Receipt.Header.projectID,
            Receipt.Header.peer, Receipt.Header.origin, Receipt.Header.traceparent, RecordHeader.releasedBy,
            RecordHeader.releasedAt, RecordHeader.releaseReason, RecordHeader.releasedFrom,
            RecordHeader.releaseAccepts, RecordHeader.redrivenAt,
        ]
        let origin: [StaticString] = [
            RecordHeader.originTopic, RecordHeader.originPartition, RecordHeader.originOffset,
            RecordHeader.originTimestamp, RecordHeader.bodyOmitted,
        ]
        let event: [StaticString] = [
            RecordHeader.eventID, RecordHeader.eventType, RecordHeader.eventSource, RecordHeader.eventSubject,
            RecordHeader.eventTime, RecordHeader.specVersion, RecordHeader.contentType,
            Receipt.Header.traceparent, RecordHeader.dataSchema, RecordHeader.schemaID,
        ]
        let redrive = [
            RecordHeader.redrivenBy, RecordHeader.redrivenFrom, RecordHeader.redrivenAttempt,
        ]
        let item =
            receipt + origin + [
                RecordHeader.replayed, RecordHeader.resolution, RecordHeader.resolves,
                RecordHeader.resolvedBy, RecordHeader.resolvedAt, RecordHeader.resolutionReason,
            ]
        let review = [RecordHeader.reason, RecordHeader.rule, RecordHeader.path]
        let deadLetter = [RecordHeader.stage, RecordHeader.errorClass, RecordHeader.errorOffset]
        return lines(.callbacks, receipt + redrive)
            .union(lines(.status, event + [RecordHeader.replayed]))
            .union(lines(.review, review + item)).union(lines(.deadLetter, deadLetter + item))
    }

    private static func lines(_ topic: Topic, _ headers: [StaticString]) -> Set<String> {
        Set(headers.map { "header \(TopicNames()[topic]) \($0)" })
    }

    /// The values of those headers that have a closed list of them.
    private static var values: Set<String> {
        let rules = SignatureRule.allCases.map { "\($0.name)" }
        let origins = ReceiptOrigin.allCases.map { "\($0.name)" }
        let errors = JSONError.Reason.allCases.map { "\($0.name)" }
        return [Topic.callbacks, .review, .deadLetter].reduce(into: Set<String>()) { lines, topic in
            lines.formUnion(self.lines(topic, Receipt.Header.rule, rules))
            lines.formUnion(self.lines(topic, Receipt.Header.origin, origins))
        }
        .union(lines(.status, RecordHeader.specVersion, ["1.0"]))
        .union(lines(.status, RecordHeader.eventType, EventType.allCases.map { "\($0.name)" }))
        .union(lines(.status, RecordHeader.contentType, EventEncoding.allCases.map { "\($0.contentType)" }))
        .union(
            lines(
                .review, RecordHeader.reason,
                Decision.allCases.filter { $0.topic == .review }.map { "\($0.name)" })
        )
        .union(lines(.review, RecordHeader.rule, Reason.Rule.allCases.map(\.rawValue)))
        .union(lines(.review, RecordHeader.resolution, Resolution.Kind.allCases.map(\.rawValue)))
        .union(lines(.deadLetter, RecordHeader.resolution, Resolution.Kind.allCases.map(\.rawValue)))
        .union(lines(.deadLetter, RecordHeader.stage, ["value", "receipt", "verification", "reading"]))
        .union(
            lines(
                .deadLetter, RecordHeader.errorClass,
                errors + ["null-value", "malformed-receipt", "malformed-release", "unverified"]))
    }

    private static func lines(_ topic: Topic, _ header: StaticString, _ values: [String]) -> Set<String> {
        Set(values.map { "header \(TopicNames()[topic]) \(header) \($0)" })
    }
}
