// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What `deploy/bench` makes of its numbers: the table of goals and the plot of growth.
@Suite("Benchmark report")
struct BenchReportTests {
    private static let table = OutsideTool("deploy/bench.d/table.py", modules: [])
    private static let plot = OutsideTool("deploy/bench.d/plot.py", modules: [])

    /// A file as `deploy/bench --json` writes it.
    private static func report(
        _ folder: borrowing TemporaryDirectory, goals: String = "{}", growth: String = "{}",
        busy: Bool = false
    ) throws -> String {
        let path = folder.file("report.json")
        let text = """
            {"context": {"date": "2026-01-02T03:04:05+00:00", "commit": "0123abc", "processors": 2,
            "kafka": "4.3.0", "load": 7.5, "busy": \(busy)}, "measurements": {},
            "goals": \(goals), "growth": \(growth)}
            """
        try Data(text.utf8).write(to: path)
        return path.path
    }

    private static func tableLines(goals: String, busy: Bool = false) throws -> [Substring] {
        let folder = try TemporaryDirectory()
        let (ending, output) = try table.run([report(folder, goals: goals, busy: busy)])
        try #require(ending == .exit(0), "\(output)")
        return output.split(separator: "\n")
    }

    @Test("a goal is reached if the median of the runs is within its bound", .needs(table))
    func reachedGoals() throws {
        let lines = try Self.tableLines(
            goals:
                #"{"worker_disk_to_bare_loop": [3.9, 4.0, 8.9], "worker_tmpfs_to_bare_loop": [1, 4.01, 5]}"#)
        let disk = try #require(lines.first { $0.contains("bare loop, state on disk") })
        #expect(disk.contains("| 4.00× ±62.5 % | ≤ 4× | reached | `deploy/bench worker` |"))
        let tmpfs = try #require(lines.first { $0.contains("bare loop, state on tmpfs") })
        #expect(tmpfs.contains("| ≤ 4× | not reached |"))
    }

    @Test("a latency that must be below another is not reached by the same latency", .needs(table))
    func strictGoal() throws {
        let lines = try Self.tableLines(goals: #"{"latency_p99_to_java_2000": [1.0]}"#)
        let line = try #require(lines.first { $0.contains("2,000/s to the Java loop") })
        #expect(line.contains("| < 1× | not reached |"))
    }

    @Test("a goal without its floor in the same run is not measured, and not reached", .needs(table))
    func goalWithoutFloor() throws {
        let lines = try Self.tableLines(goals: #"{"worker_disk_to_bare_loop": [3.5]}"#)
        let line = try #require(lines.first { $0.contains("f7d6285, state on disk") })
        #expect(line.contains("| – | ≤ 0.57× | not measured |"))
        #expect(!lines.contains { $0.contains("ingress") }, "a part that did not run has no goals")
    }

    @Test("figures of a busy machine say so", .needs(table), arguments: [true, false])
    func busyMachine(busy: Bool) throws {
        let lines = try Self.tableLines(goals: #"{"memory_steady": [99]}"#, busy: busy)
        #expect(lines.contains { $0.hasPrefix("The machine was busy (load 7.5)") } == busy)
    }

    @Test("the plot has a panel for each kind of growth, and a point for the median of runs", .needs(plot))
    func growthPlot() throws {
        let folder = try TemporaryDirectory()
        let svg = folder.file("growth.svg")
        let (ending, output) = try Self.plot.run([
            Self.report(
                folder,
                growth: """
                    {"payments": {"worker, new payments": {"10000": [10, 30, 11], "10000000": [13]}},
                    "threads": {"worker, new payments": {"1": [9], "2": [9.5]}}}
                    """), svg.path,
        ])
        try #require(ending == .exit(0), "\(output)")
        let document = try String(contentsOf: svg, encoding: .utf8)
        let titles = document.matches(of: /<circle [^>]*><title>(.*?)<\/title><\/circle>/).map { $0.output.1 }
        #expect(
            titles == [
                "worker, new payments, 10,000: 11.00 µs", "worker, new payments, 10,000,000: 13.00 µs",
                "worker, new payments, 1: 9.00 µs", "worker, new payments, 2: 9.50 µs",
            ])
        let texts = document.matches(of: /<text [^>]*>(.*?)<\/text>/).map { $0.output.1 }
        let expected: [Substring] = [
            "µs of CPU a callback by known payments", "10k", "10M", "commit 0123abc, 2026-01-02",
        ]
        #expect(Set(texts).isSuperset(of: expected))
    }

    @Test("a plot without growth is refused", .needs(plot))
    func plotWithoutGrowth() throws {
        let folder = try TemporaryDirectory()
        let svg = folder.file("growth.svg")
        let (ending, output) = try Self.plot.run([Self.report(folder), svg.path])
        #expect(ending == .exit(1))
        #expect(output.contains("the file has no growth"))
        #expect(!FileManager.default.fileExists(atPath: svg.path))
    }
}
