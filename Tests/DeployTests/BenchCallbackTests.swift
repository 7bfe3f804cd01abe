// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The callbacks that `deploy/bench` makes are what it says they are; otherwise its numbers are not.
@Suite("Benchmark callbacks")
struct BenchCallbackTests {
    private static let check = OutsideTool("Tests/DeployTests/Checks/bench_callbacks.py", modules: [])

    @Test("callbacks have valid signatures, their size and their share of duplicates", .needs(check))
    func callbacks() throws {
        let (ending, output) = try Self.check.run([Repository.file("deploy/bench.d").path])
        #expect(ending == .exit(0), "\(output)")
    }
}
