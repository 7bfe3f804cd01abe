// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// The headers that name an event's schema, for readers with a schema registry. No byte of a value changes.
@Suite("Schema headers")
struct SchemaHeaderTests {
    private static let registry = OutsideTool(
        "Tests/Reference/check_registry.py",
        modules: [
            "confluent_kafka", "authlib", "cachetools", "google.protobuf", "google.type", "jsonschema",
        ],
        programs: ["protoc"])
    private static let guid = "89791762-2336-4186-9674-299b90a802e2"
    private static let schema = "https://registry.example.com/schemas/guids/\(guid)"
    private static let received = (Example.hour + 3) * 1000

    private static func log(_ encoding: EventEncoding, schemaID: SchemaID?, dataSchema: String?)
        -> ProcessedLog
    {
        ProcessedLog(
            settings: ProcessorSettings(
                verification: .never, encoding: encoding, schemaID: schemaID, dataSchema: dataSchema))
    }

    /// The bytes of the headers of the record that was processed last.
    private static func headers(_ log: ProcessedLog) -> [(name: String, value: [UInt8])] {
        log.processor.headers.map { ("\($0.name)", Array(log.processor.bytes[$0.value.range])) }
    }

    @Test("a GUID is read in either case and printed in lower case")
    func guids() throws {
        #expect(SchemaID(Self.guid)?.description == Self.guid)
        #expect(SchemaID(Self.guid.uppercased()) == SchemaID(Self.guid))
    }

    @Test(
        "a text that is not a GUID is refused",
        arguments: [
            "", "89791762233641869674299b90a802e2", "{\(guid)}", "\(guid)0", String(guid.dropLast()),
            "89791762-2336-4186-9674-299b90a802eg", "+9791762-2336-4186-9674-299b90a802e2", "100001",
            "8979176２-2336-4186-9674-299b90a802e2",
        ])
    func notGUIDs(text: String) {
        #expect(SchemaID(text) == nil)
    }

    @Test(
        "the schema's headers follow the others, and the value has the same bytes as without them",
        arguments: EventEncoding.allCases)
    func headers(encoding: EventEncoding) throws {
        let body = ExampleBodies.Purchase().body
        var plain = Self.log(encoding, schemaID: nil, dataSchema: nil)
        var named = Self.log(encoding, schemaID: SchemaID(Self.guid), dataSchema: Self.schema)
        let without = try plain.send(body, at: Self.received)
        let with = try named.send(body, at: Self.received)
        #expect(with.value == without.value && with.key == without.key)
        let (before, after) = (Self.headers(plain), Self.headers(named))
        #expect(before.map(\.name) == after.dropLast(2).map(\.name))
        #expect(before.map(\.value) == after.dropLast(2).map(\.value))
        #expect(after.suffix(2).map(\.name) == ["ce_dataschema", "__value_schema_id"])
        #expect(with.header("ce_dataschema") == Self.schema)
        let guid: [UInt8] = [
            0x89, 0x79, 0x17, 0x62, 0x23, 0x36, 0x41, 0x86, 0x96, 0x74, 0x29, 0x9b, 0x90, 0xa8, 0x02, 0xe2,
        ]
        #expect(after.last?.value == [1] + guid + (encoding == .protobuf ? [0] : []))
    }

    @Test("a review record and a dead letter name no schema of an event")
    func others() throws {
        var log = Self.log(.json, schemaID: SchemaID(Self.guid), dataSchema: Self.schema)
        for body in ["{", #"{"project_id":1234}"#] {
            let result = try log.send(body, at: Self.received)
            #expect(result.output.decision.topic == (body == "{" ? .deadLetter : .review))
            #expect(result.header("ce_dataschema") == nil && result.header("__value_schema_id") == nil)
        }
    }

    @Test(
        "Confluent's deserializers find the schema by the header and read the value as it is",
        .needs(registry))
    func deserializers() throws {
        let records = try EventEncoding.allCases.map { encoding in
            var log = Self.log(encoding, schemaID: SchemaID(Self.guid), dataSchema: nil)
            let value = try #require(
                try log.send(ExampleBodies.Purchase().body, at: Self.received).value)
            let headers = Self.headers(log).map { [$0.name, Self.hexadecimal($0.value)] }
            return [
                "encoding": "\(encoding.name)", "guid": Self.guid, "payment": "payment_47",
                "value": Self.hexadecimal(value), "headers": headers,
            ] as [String: Any]
        }
        let folder = try TemporaryDirectory()
        try JSONSerialization.data(withJSONObject: records).write(to: folder.file("records.json"))
        let (ending, output) = try Self.registry.run([
            Repository.file("schemas").path, folder.file("records.json").path,
        ])
        #expect(ending == .exit(0), "\(output)")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
