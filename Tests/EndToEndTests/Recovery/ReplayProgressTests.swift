// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a person sees while a replay runs.
@Suite("The progress of a replay", .serialized, .needsBroker)
struct ReplayProgressTests {
    @Test("on a terminal a bar shows how much is done and how long the rest takes, elsewhere nothing does")
    func bar() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 75, payments: 10)
        try filler.write(traffic.next(40))
        try installation.process()
        let known = try KnownOutputs(installation)

        try known.lose { _, index in index % 2 == 0 }
        let plain = try installation.replayed(["--execute", "--rate", "20"])
        #expect(!plain.errors.contains("records published"))
        try known.expectRestored()

        try known.lose { _, index in index % 2 == 0 }
        let command = [
            Repository.product("tidings").path, "replay", "--execute", "--rate", "5", "--worker-verify",
            "never",
        ].joined(separator: " ")
        // `script` makes a terminal, runs the command in it and copies what is written there.
        let terminal = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/script"), ["-qefc", command, "/dev/null"],
            environment: installation.environment)
        #expect(terminal.waitForEnd(within: .seconds(300)) == .exit(0), "\(terminal.output.suffix(2000))")
        let steps = terminal.output.matches(
            of: /\[#*-*\] ([0-9]+) of ([0-9]+), [0-9]+ s left records published/)
        #expect(steps.count > 1, "\(terminal.output.suffix(2000))")
        #expect(steps.allSatisfy { Int($0.output.1) ?? 0 < Int($0.output.2) ?? 0 })
        try known.expectRestored()
    }
}
