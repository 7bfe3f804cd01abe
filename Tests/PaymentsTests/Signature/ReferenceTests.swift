// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// The same bodies flattened by implementations that share nothing with this one: a Python script made from
/// the written rule, and PHP itself. Both are in `Tests/Reference`.
@Suite("Reference implementations")
struct ReferenceTests {
    /// Another seed gives other bodies; a failure names the body, so that none need be remembered.
    static let seed = ProcessInfo.processInfo.environment["TIDINGS_TEST_SEED"] ?? "20240712"

    @Test(
        "the text to be signed is that of the Python reference, whatever the body",
        .enabled(if: Program.find("python3") != nil, "install python3 to compare with the reference"))
    func python() throws {
        let bodies = try Self.generated(count: 5_000)
        #expect(bodies.count == 5_000)
        for (body, expected) in bodies {
            #expect(Self.text(of: body) == expected, "\(String(decoding: body, as: UTF8.self))")
        }
    }

    @Test(
        "the text to be signed is that of PHP, whatever the body",
        .enabled(
            if: Program.find("python3") != nil && Program.find("php") != nil,
            "install python3 and php 8 to compare with PHP"))
    func php() throws {
        let bodies = try Self.generated(count: 2_000)
        let folder = try TemporaryDirectory()
        let input = folder.file("bodies")
        let lines = bodies.map { Hexadecimal.encode($0.body) + "\n" }.joined()
        try lines.write(to: input, atomically: true, encoding: .utf8)
        let output = try Program.output(of: "php", [Self.path("signed_text.php"), input.path])
        let texts = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(texts.count == bodies.count)
        for (body, text) in zip(bodies, texts) {
            #expect(
                try Self.text(of: body.body) == Hexadecimal.decode(text),
                "\(String(decoding: body.body, as: UTF8.self))")
        }
    }

    static func generated(count: Int) throws -> [(body: [UInt8], text: [UInt8])] {
        let output = try Program.output(of: "python3", [path("signed_text.py"), seed, String(count)])
        return try output.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            return (try Hexadecimal.decode(fields[0]), try Hexadecimal.decode(fields[1]))
        }
    }

    static func text(of body: [UInt8]) -> [UInt8]? {
        var tree = JSONTree()
        guard (try? tree.parse(body.span.bytes)) != nil else { return nil }
        var lines = SignedLines()
        lines.flatten(tree, rule: .natural)
        lines.sort(by: .natural)
        var text: [UInt8] = []
        lines.appendJoined(to: &text)
        return text
    }

    static func path(_ name: String) -> String {
        Repository.file("Tests/Reference/\(name)").path
    }
}

enum Hexadecimal {
    struct Malformed: Error {}

    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func decode(_ text: Substring) throws -> [UInt8] {
        let digits = try text.utf8.map { byte in
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Malformed() }
            return UInt8(digit)
        }
        guard digits.count % 2 == 0 else { throw Malformed() }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
