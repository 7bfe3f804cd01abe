// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// The examples of the contract are what the code makes, byte for byte.
///
/// `TIDINGS_WRITE_EXAMPLES=1 swift test --filter ExampleTests` writes them again; then read the difference.
@Suite("Examples of the contract")
struct ExampleTests {
    private static let folder = Repository.file("schemas/examples")
    private static let isWriting = ProcessInfo.processInfo.environment["TIDINGS_WRITE_EXAMPLES"] == "1"

    @Test("an example is what the code makes of its callback", arguments: Example.all)
    func bytes(example: Example) throws {
        let files = try Self.files(of: example)
        let folder = Self.folder.appending(path: example.name)
        if Self.isWriting { try Self.write(files, into: folder) }
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(found.sorted() == files.keys.sorted())
        for (name, bytes) in files {
            let published = try Data(contentsOf: folder.appending(path: name))
            #expect(Array(published) == bytes, "\(example.name)/\(name)")
        }
    }

    @Test("the folder holds the examples and nothing else")
    func folders() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(found.sorted() == Example.all.map(\.name).sorted())
    }

    @Test("there is an example of every decision, type, shape and kind of action")
    func coverage() throws {
        let results = try Example.all.map { try $0.run(.json).record }
        #expect(Set(results.map(\.output.decision)) == Set(Decision.allCases))
        #expect(
            Set(results.compactMap { $0.header("ce_type") }) == Set(EventType.allCases.map { "\($0.name)" }))
        for kind in Callback.Action.Kind.allCases {
            #expect(results.contains { $0.text.contains(#""action":{"kind":"\#(kind.name)""#) }, "\(kind)")
        }
    }

    @Test("what is published is reported the same again", arguments: Example.all)
    func deterministic(example: Example) throws {
        #expect(try example.run(.json).record.value == example.run(.json).record.value)
    }

    /// Name and bytes of every file of an example.
    private static func files(of example: Example) throws -> [String: [UInt8]] {
        let json = try example.run(.json)
        let protobuf = try example.run(.protobuf)
        var files: [String: [UInt8]] = [:]
        for (index, body) in try example.earlierCallbacks().enumerated() {
            files["earlier-\(index + 1).json"] = body
        }
        files["callback.json"] = try example.callback()
        if json.record.output.decision.topic == .status {
            files["event.json"] = json.record.value
            files["event.binpb"] = protobuf.record.value
        }
        files["record.json"] = try record(example, json)
        return files
    }

    private static func record(_ example: Example, _ outcome: Example.Outcome) throws -> [UInt8] {
        let result = outcome.record
        var written: [String: Any] = [:]
        if let topic = result.output.decision.topic {
            written["topic"] = TopicNames()[topic]
            written["key"] = result.key
            written["headers"] = result.headers.map { "\($0.name): \($0.value)" }
            switch result.output.value {
            case .null: written["value"] = NSNull()
            case .body: written["value"] = "callback.json"
            case .written: written["value"] = "event.json"
            }
        }
        var record: [String: Any] = [
            "about": example.about, "decision": "\(result.output.decision.name)",
            "reason": "\(result.output.reason)",
            "read": [
                "topic": TopicNames()[.callbacks], "partition": outcome.partition,
                "partitions": Example.partitionCount, "offset": example.earlier.count,
                "timestamp": outcome.timestamp, "headers": outcome.headers.map { "\($0.0): \($0.1 ?? "")" },
            ] as [String: Any],
            "written": written,
        ]
        if let headers = outcome.resolution {
            record["resolution"] = [
                "topic": TopicNames()[.review], "key": result.key, "value": NSNull(),
                "headers": headers.map { "\($0.0): \($0.1)" },
            ]
        }
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
        ]
        return Array(try JSONSerialization.data(withJSONObject: record, options: options)) + [0x0a]
    }

    private static func write(_ files: [String: [UInt8]], into folder: URL) throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    }
}
