// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

@Suite("Adversary")
struct AdversaryTests {
    /// Bodies that the platform signed.
    static let callbacks: [(name: String, body: [UInt8])] = {
        var all: [(String, [UInt8])] = [
            ("success", SampleCallback.success), ("redirect", SampleCallback.redirect),
            ("token", SampleCallback.token), ("recurring", SampleCallback.recurring),
            ("redirect only", SampleCallback.redirectOnly), ("errors", SampleCallback.errors),
            ("transaction", SampleCallback.transaction),
        ].map { ($0.0, $0.1.body) }
        for vector in GoldenVector.all where vector.kind == .callback {
            if let body = vector.body { all.append((vector.name, Array(body.utf8))) }
        }
        for name in ["success", "decline"] {
            if let body = try? TestData.bytes("seed/\(name).json") { all.append(("seed \(name)", body)) }
        }
        return all.map { (name: $0.0, body: $0.1) }
    }()

    @Test(
        "no single re-arrangement of a callback reports what the callback does not",
        arguments: callbacks.indices)
    func singleRearrangements(index: Int) throws {
        let (name, body) = Self.callbacks[index]
        var adversary = try Adversary(body)
        try Rearrangements(text: adversary.text, honest: adversary.lines).forEach { plan in
            guard let forged = plan.body(of: adversary.text) else { return }
            if let reported = adversary.deceives(with: forged) {
                let sent = String(decoding: forged, as: UTF8.self)
                Issue.record(
                    "\(name): \(sent)\ntells\n\(reported)\ninstead of\n\(adversary.honest?.description ?? "nothing")"
                )
                throw Deceived()
            }
        }
        #expect(adversary.accepted > adversary.lines.count, "most re-arrangements sign the same text")
    }

    struct Deceived: Error {}

    @Test("no single re-arrangement of a link or a request reports anything")
    func merchantTexts() throws {
        var random = SeededGenerator(seed: 47)
        for honest in MerchantText.links + MerchantText.requests {
            for _ in 0..<3 {
                var adversary = try Adversary(MerchantText.poisoned(honest, &random))
                #expect(adversary.honest == nil)
                try Rearrangements(text: adversary.text, honest: adversary.lines).forEach { plan in
                    guard let forged = plan.body(of: adversary.text) else { return }
                    if let reported = adversary.deceives(with: forged) {
                        Issue.record("\(String(decoding: forged, as: UTF8.self))\ntells\n\(reported)")
                        throw Deceived()
                    }
                }
            }
        }
    }

    /// `TIDINGS_TEST_SEED` runs one seed again, `TIDINGS_TEST_ROUNDS` any number of bodies.
    @Test("no random re-arrangement reports what the signed body does not")
    func random() throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["TIDINGS_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        let asked = environment["TIDINGS_TEST_ROUNDS"].flatMap { Int($0) }
        let rounds = asked ?? Self.ordinaryRounds
        var random = SeededGenerator(seed: seed)
        var tally = Tally()
        while tally.sent < rounds {
            var adversary = try Adversary(Self.original(&random))
            let plans = RandomPlans(text: adversary.text, pieces: adversary.pieces)
            for _ in 0..<100 {
                tally.sent += 1
                guard let forged = plans.plan(&random).body(of: adversary.text) else { continue }
                let outcome = adversary.send(forged)
                tally.add(outcome)
                guard case .reported(let reported) = outcome, reported != adversary.honest else { continue }
                let sent = String(decoding: forged, as: UTF8.self)
                Issue.record(
                    """
                    seed \(seed): \(sent)
                    reports
                    \(reported)
                    instead of
                    \(adversary.honest?.description ?? "nothing")
                    """)
                return
            }
        }
        if asked != nil { print("adversary: \(tally)") }
        // The tool must be able to find what the rules are there for.
        #expect(tally.heldBy[.link, default: 0] > 0, "seed \(seed): no forged link but for the link rule")
        #expect(
            tally.heldBy[.request, default: 0] > 0, "seed \(seed): no forged request but for the request rule"
        )
        #expect(tally.heldBy[.hiddenLine, default: 0] > 0, "seed \(seed)")
        #expect(tally.reported > 0, "seed \(seed)")
    }

    // Unoptimised code takes twenty times as long; the tests that count are run on a release build.
    #if DEBUG
        private static let ordinaryRounds = 10_000
    #else
        private static let ordinaryRounds = 100_000
    #endif

    /// What became of the bodies sent.
    struct Tally: CustomStringConvertible {
        var sent = 0
        var refused = 0
        var reported = 0
        var held = 0
        /// Those that one rule alone held back.
        var heldBy: [Reason.Rule: Int] = [:]

        mutating func add(_ outcome: Adversary.Outcome) {
            switch outcome {
            case .refused: refused += 1
            case .reported: reported += 1
            case .held(let reading):
                held += 1
                if case .ambiguous(let reasons) = reading, Set(reasons.map(\.rule)).count == 1 {
                    heldBy[reasons[0].rule, default: 0] += 1
                }
            }
        }

        var description: String {
            let rules = heldBy.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "\($0.key.rawValue) \($0.value)"
            }
            return "\(sent) sent, \(refused) refused, \(reported) reported, \(held) held, alone by "
                + rules.joined(separator: ", ")
        }
    }

    static func original(_ random: inout SeededGenerator) -> [UInt8] {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            let link = MerchantText.links.randomElement(using: &random) ?? [:]
            return MerchantText.poisoned(link, &random).body
        case 2, 3:
            let request = MerchantText.requests.randomElement(using: &random) ?? [:]
            return MerchantText.poisoned(request, &random).body
        case 4:
            return callbacks.randomElement(using: &random)?.body ?? []
        default:
            let ordinary = plainCallbacks.randomElement(using: &random) ?? SampleCallback.success
            return decorated(ordinary, &random).body
        }
    }

    /// Ordinary callbacks none of whose values holds a `;`: of the others the text cannot report who put it
    /// there.
    private static let plainCallbacks = OrdinaryCallback.all.map(\.body).filter {
        !$0.body.contains(UInt8(ascii: ";"))
    }

    /// The same callback with members that we do not know, here and there between those that we read.
    private static func decorated(_ honest: JSONDraft, _ random: inout SeededGenerator) -> JSONDraft {
        let containers = [
            "", "payment.", "operation.", "operation.provider.", "customer.", "transaction.", "token_data.",
            "redirect_data.", "general.", "recurring.", "payment.sum.", "request.",
        ]
        let names = ["a", "di", "extra", "ida", "message2", "n.o", "p-q", "statut", "sum_x", "zz", "10", "2"]
        let values: [JSONDraft] = [
            "x", "a:b", "id:5", "payment:id:5", "", 5, true, nil, ["k": "v:w"], [1, "x:y"], [:],
            "status:success", "https://x.example/?a=b:c",
        ]
        var decorated = honest
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let container = containers.randomElement(using: &random) ?? ""
            guard container.isEmpty || honest.has(container) else { continue }
            let name = container + (names.randomElement(using: &random) ?? "x")
            decorated = decorated.with(name, values.randomElement(using: &random) ?? nil)
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            guard let member = DocumentedMember.all.randomElement(using: &random) else { continue }
            if member.isAddable(to: decorated) { decorated = decorated.with(member.path, member.value) }
        }
        return decorated
    }
}

extension JSONDraft {
    /// Whether `a.b.` leads to an object.
    fileprivate func has(_ path: String) -> Bool {
        var place: JSONDraft? = self
        for key in path.split(separator: ".") { place = place?[String(key)] }
        if case .object = place { return true }
        return false
    }
}
