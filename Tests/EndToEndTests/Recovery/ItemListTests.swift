// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// Which items a list shows, and what a payment's history shows of them.
@Suite("Lists and histories of items", .serialized, .needsBroker)
struct ItemListTests {
    @Test("each filter of dead letters leaves those that fit, and a redrive takes the same ones")
    func filters() throws {
        let items = try ItemInstallation()
        try items.writeUnverified(["dead-1", "dead-2", "dead-3"])
        try items.runWorker()
        let all = try items.open("dead-letter")
        #expect(all.count == 3)
        let key = "\(Installation.projectID):dead-2"
        let second = try items.list("dead-letter", ["--key", key]).names
        #expect(second.count == 1 && all.contains(second[0]))
        // The callbacks were received a minute ago.
        for (filter, expected) in [
            (["--reason", "unverified"], Set(all)), (["--reason", "malformed-receipt"], []),
            (["--position", second[0]], Set(second)), (["--position", all.joined(separator: ",")], Set(all)),
            (["--since", "-2h"], Set(all)), (["--since", "-30s"], []), (["--until", "-30s"], Set(all)),
            (["--until", "-2h"], []), (["--key", key, "--since", "-30s"], []), (["--key", "1234:dead"], []),
        ] {
            #expect(try Set(items.list("dead-letter", filter).names) == expected, "\(filter)")
        }

        let redrive = ["dead-letter", "redrive", "--execute", "--key", key]
        let done = try items.run(redrive, withNewKeys: true)
        #expect(done.code == .exit(0) && done.output.contains("1 redriven"), "\(done.errors)")
        #expect(try Set(items.open("dead-letter")) == Set(all).subtracting(second))
        #expect(try Set(items.list("dead-letter", ["--all"]).names) == Set(all))
    }

    @Test("a payment's history shows who resolved its item, when and why")
    func history() throws {
        let items = try ItemInstallation()
        try items.hold(["held-1", "held-2"])
        try items.runWorker()
        for name in try items.open("review") {
            let shown = try items.run(["review", "show", name, "--json"]).output
            let isFirst = shown.contains("held-1")
            let verb = isFirst ? "release" : "dismiss"
            let done = try items.run(["review", verb, name, "--reason", "reason of \(verb)", "--by", "anna"])
            #expect(done.code == .exit(0), "\(done.errors)")
        }
        try items.runWorker()
        for (payment, kind, verb) in [("held-1", "released", "release"), ("held-2", "dismissed", "dismiss")] {
            let name = "\(Installation.projectID):\(payment)"
            let text = try items.run(["inspect", name]).output
            #expect(text.contains("item \(kind) by anna at "), "\(text)")
            #expect(text.contains(": reason of \(verb)"), "\(text)")
            let json = try items.run(["inspect", name, "--json"]).output
            let history = try JSONDecoder().decode(History.self, from: Data(json.utf8))
            let resolutions = history.callbacks.compactMap(\.resolution)
            #expect(resolutions == [.init(kind: kind, by: "anna", reason: "reason of \(verb)")], "\(json)")
        }
    }

    private struct History: Decodable {
        struct Resolution: Decodable, Equatable {
            var kind: String
            var by: String
            var reason: String?
        }
        struct Entry: Decodable { var resolution: Resolution? }

        var callbacks: [Entry]
    }
}
