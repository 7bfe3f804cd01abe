// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `deploy/bench compare`: what two runs of the benchmarks differ in.
@Suite("Benchmark comparison")
struct BenchComparisonTests {
    private static let python = OutsideTool("deploy/bench.d/compare.py", modules: [])

    private static func compare(_ before: String, _ after: String) throws -> [[String]] {
        let folder = try TemporaryDirectory()
        try Data(before.utf8).write(to: folder.file("before"))
        try Data(after.utf8).write(to: folder.file("after"))
        let (ending, output) = try python.run([folder.file("before").path, folder.file("after").path])
        try #require(ending == .exit(0), "\(output)")
        return output.split(separator: "\n").map { line in
            line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test("a number has both medians, half the distance of its runs, and their ratio", .needs(python))
    func medians() throws {
        let lines = try Self.compare(
            #"{"measurements": {"worker, cpu_us": [10, 30, 20]}}"#,
            #"{"measurements": {"worker, cpu_us": [16, 15, 14]}}"#)
        #expect(
            lines.last == [
                "worker, cpu_us", "20.00", "±50.0 %", "15.00", "±6.7 %", "0.750×", "3 and 3 runs",
            ])
    }

    @Test("a number that only one file has is named", .needs(python))
    func missing() throws {
        let lines = try Self.compare(
            #"{"measurements": {"worker, cpu_us": [10]}}"#, #"{"measurements": {}}"#)
        #expect(lines.last == ["worker, cpu_us", "only in one of the files"])
    }
}
