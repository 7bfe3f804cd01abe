// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Worker

/// The table of transitions is compared with the drawing for every pair of states.
@Suite("Phase")
struct PhaseTests {
    private static func pairs<State: DrawnState>(of: State.Type) -> [(from: State, to: State)] {
        State.allCases.flatMap { from in State.allCases.map { (from, $0) } }
    }

    /// The arrows of the drawing in `Sources/README.md`, as `from to`.
    private static func drawnArrows() throws -> [String] {
        let text = try String(contentsOf: Repository.file("Sources/README.md"), encoding: .utf8)
        let drawing = try #require(text.firstMatch(of: /```mermaid\nstateDiagram-v2\n([^`]+)```/))
        return drawing.1.matches(of: /(?m)^ +([a-z]+) --> ([a-z]+): .+$/).map { "\($0.1) \($0.2)" }
    }

    @Test("the drawing of the contributor's page has the valid transitions and no others")
    func drawing() throws {
        let drawn = try Self.drawnArrows()
        let valid =
            Self.pairs(of: WorkerPhase.self).filter { $0.from.next.contains($0.to) }
            .map { "\($0.from) \($0.to)" }
            + Self.pairs(of: RestoreStage.self).filter { $0.from.next.contains($0.to) }
            .map { "\($0.from) \($0.to)" }
        #expect(drawn.sorted() == valid.sorted())
        #expect(Set(drawn).count == drawn.count)
    }

    @Test("a valid transition is made")
    func entered() {
        for (from, to) in Self.pairs(of: WorkerPhase.self) where from.next.contains(to) {
            var phase = from
            phase.enter(to)
            #expect(phase == to)
        }
    }

    /// Callbacks are processed only after a restore has come to its end, whichever way leads there.
    @Test("running is reached from restoring and retrying alone, and retrying from running alone")
    func running() {
        let before = { (phase: WorkerPhase) in WorkerPhase.allCases.filter { $0.next.contains(phase) } }
        #expect(before(.running) == [.restoring, .retrying])
        #expect(before(.retrying) == [.running])
    }

    @Test("a transition that is not drawn ends the process")
    func refused() async {
        await #expect(processExitsWith: .failure) {
            var phase = WorkerPhase.joining
            phase.enter(.running)
        }
        await #expect(processExitsWith: .failure) {
            var stage = RestoreStage.reading
            stage.enter(.comparing)
        }
    }
}
