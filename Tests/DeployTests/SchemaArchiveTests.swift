// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import TestSupport
import Testing

/// `deploy/pack-schemas`: the contract as an archive that readers can pin.
@Suite("Schema archive")
struct SchemaArchiveTests {
    private static let name = "tidings-schemas-\(Version.text)"

    private static func run(
        _ program: String, _ arguments: [String], in folder: URL? = nil
    ) throws -> (ending: ChildProcess.Ending?, output: String) {
        let change = folder.map { ["-C", $0.path] } ?? []
        let child = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"), change + [program] + arguments)
        return (child.waitForEnd(within: .seconds(120)), child.output + child.errors)
    }

    private static func pack(into folder: URL) throws -> URL {
        let (ending, output) = try run(Repository.file("deploy/pack-schemas").path, [folder.path])
        try #require(ending == .exit(0), "\(output)")
        let archive = folder.appendingPathComponent("\(name).tar.gz")
        #expect(output == archive.path + "\n")
        return archive
    }

    @Test("two archives of the same files have the same bytes, whatever the files' times and the umask")
    func reproducible() throws {
        let folder = try TemporaryDirectory()
        let first = try Self.pack(into: folder.file("first"))
        let readme = Repository.file("schemas/README.md").path
        let attributes = try FileManager.default.attributesOfItem(atPath: readme)
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: readme)
        defer {
            if let date = attributes[.modificationDate] {
                try? FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: readme)
            }
        }
        let script = "umask 077 && exec '\(Repository.file("deploy/pack-schemas").path)' \"$0\""
        let second = folder.file("second")
        let (ending, output) = try Self.run("bash", ["-c", script, second.path])
        #expect(ending == .exit(0), "\(output)")
        let archive = second.appendingPathComponent("\(Self.name).tar.gz")
        #expect(try Data(contentsOf: first) == Data(contentsOf: archive))
    }

    @Test("the archive has every file of the contract and the licence, and both lists of sums hold")
    func contents() throws {
        let folder = try TemporaryDirectory()
        _ = try Self.pack(into: folder.file("packed"))
        let sums = try Self.run("sha256sum", ["--check", "SHA256SUMS"], in: folder.file("packed"))
        #expect(sums.ending == .exit(0), "\(sums.output)")
        let archive = folder.file("packed/\(Self.name).tar.gz").path
        let unpacked = try Self.run("tar", ["-xzf", archive], in: folder.file("packed"))
        #expect(unpacked.ending == .exit(0), "\(unpacked.output)")
        let root = folder.file("packed/\(Self.name)")
        let files = try Self.run("sha256sum", ["--check", "--strict", "SHA256SUMS"], in: root)
        #expect(files.ending == .exit(0), "\(files.output)")
        let compared = try Self.run(
            "diff", ["-r", Repository.file("schemas").path, root.path])
        let only = compared.output.split(separator: "\n").map { $0.split(separator: " ").last ?? "" }
        #expect(Set(only) == ["LICENSE", "NOTICE", "SHA256SUMS"], "\(compared.output)")

        let changed = root.appendingPathComponent("statuses.json")
        try Data("{}".utf8).write(to: changed)
        #expect(try Self.run("sha256sum", ["--check", "SHA256SUMS"], in: root).ending == .exit(1))
    }
}
