// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The Protocol Buffers definition, checked by the tools of those who generate code from it.
@Suite("Protocol Buffers definition")
struct ProtocolBuffersTests {
    private static let schemas = Repository.file("schemas")
    private static let file = "tidings/v1/payment_status_event.proto"

    /// Buf's rules, and protoc with the generator for Go, which is the only one that is not a part of protoc.
    private static let buf = OutsideTool("Tests/Reference/check_proto.py", modules: ["buf_bin"])
    private static let generators = OutsideTool(
        "Tests/Reference/check_proto.py", modules: ["google.protobuf"], programs: ["protoc", "protoc-gen-go"])

    @Test("buf lint has no remark: standard rules, and a comment on each field", .needs(buf))
    func lint() throws {
        let (ending, output) = try Self.buf.run(["lint", Self.schemas.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test("buf breaking finds no change that breaks a reader of the first version", .needs(buf))
    func breaking() throws {
        let first = Self.schemas.appending(path: "compatibility")
        let (ending, output) = try Self.buf.run(["breaking", Self.schemas.path, first.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test("Go, Java, C#, PHP and Python code can be generated, each in its package", .needs(generators))
    func generation() throws {
        let event = Self.schemas.appending(path: "examples/purchase-success/event.binpb")
        let (ending, output) = try Self.generators.run(["generate", Self.schemas.path, event.path])
        #expect(ending == .exit(0), "\(output)")
    }

    @Test(
        "a field without a comment is found by lint, and what breaks a reader by breaking", .needs(buf),
        arguments: [
            ("lint", "  // The merchant's id of the customer.\n", ""),
            ("breaking", "string method = 3;", "string method = 30;"),
            ("breaking", "optional int64 amount = 6;", "string amount = 6;"),
            ("breaking", "  string eci = 8;\n", "  reserved 8;\n"),
            ("breaking", "com.tidings.v1", "org.tidings.v1"),
            ("breaking", "package tidings.v1;", "package tidings.v2;"),
        ])
    func planted(check: String, text: String, replacement: String) throws {
        let folder = try TemporaryDirectory()
        let first = Self.schemas.appending(path: "compatibility")
        let proto = try String(contentsOf: Self.schemas.appending(path: Self.file), encoding: .utf8)
        #expect(proto.contains(text))
        try FileManager.default.createDirectory(
            at: folder.file(Self.file).deletingLastPathComponent(), withIntermediateDirectories: true)
        try proto.replacing(text, with: replacement)
            .write(to: folder.file(Self.file), atomically: true, encoding: .utf8)
        for name in ["compatibility", "examples"] {
            try FileManager.default.createDirectory(
                at: folder.file(name), withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(
            at: Self.schemas.appending(path: "buf.yaml"), to: folder.file("buf.yaml"))
        let arguments = [check, folder.file("").path] + (check == "breaking" ? [first.path] : [])
        let (ending, output) = try Self.buf.run(arguments)
        #expect(ending == .exit(1), "\(output)")
    }
}
