// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import HTTP
internal import Synchronization
internal import System

/// What `tidings platform trigger` and `replay` ask of a running simulator. Served on loopback only.
final class PlatformControl: Sendable {
    private let settings: PlatformService.Settings
    private let engine: PlatformEngine
    private let delivery: CallbackDelivery
    private let origin: Replaceable<String>
    private let runs = Mutex<(all: [String: ScenarioRun], random: SeededRandom)>(([:], SeededRandom(0)))

    init(
        _ settings: PlatformService.Settings, engine: PlatformEngine, delivery: CallbackDelivery,
        origin: Replaceable<String>
    ) {
        self.settings = settings
        self.engine = engine
        self.delivery = delivery
        self.origin = origin
        runs.withLock { $0.random = SeededRandom(settings.seed &+ 1) }
    }

    func get(_ path: [String]) -> Response? {
        switch (path.first, path.count) {
        case ("platform", 2) where path[1] == "scenarios":
            let list = settings.scenarios.map { scenario -> JSONValue in
                ["name": .string(scenario.name), "description": .string(scenario.description)]
            }
            return PlatformHandler.json(.array(list))
        case ("platform", 2) where path[1] == "deliveries":
            return PlatformHandler.json(["waiting": .integer(delivery.waitingCount)])
        case ("platform", 3) where path[1] == "runs":
            return runs.withLock { $0.all[path[2]] }.map { PlatformHandler.json($0.record) }
        default: return nil
        }
    }

    func post(_ path: [String], _ body: [UInt8]) -> Response? {
        guard path.count == 2, path[0] == "platform", ["trigger", "replay"].contains(path[1]) else {
            return nil
        }
        do throws(Scenario.Malformed) {
            guard let json = try? JSONValue(parsing: body, limits: Scenario.limits) else {
                throw Scenario.Malformed("the request", "is not JSON")
            }
            let isNew = path[1] == "trigger"
            guard let run = isNew ? try newRun(json) : try earlierRun(json) else {
                return PlatformHandler.json(
                    ["message": "there is no such run; give the file of its record"], status: 404)
            }
            guard let secret = settings.secrets[run.projectID] else {
                throw Scenario.Malformed("project_id", "is not a project of this simulator")
            }
            guard let address = settings.callbackURL else {
                throw Scenario.Malformed("platform.callback_url", "is not set, so nothing can be sent")
            }
            runs.withLock { $0.all[run.id] = run }
            let plan = ScenarioPlan(
                run, secret: secret, origin: origin.current, timeScale: settings.timeScale)
            delivery.enqueue(
                plan.entries.map { entry in
                    let callback = OutgoingCallback(
                        address: address, body: entry.body, payment: entry.payment, summary: entry.summary,
                        isOfScenario: true, losesAnswer: entry.losesAnswer)
                    return (callback, entry.offset)
                })
            return PlatformHandler.json(run.record)
        } catch {
            return PlatformHandler.json(["message": "\(error)"], status: 400)
        }
    }

    private func newRun(_ json: JSONValue) throws(Scenario.Malformed) -> ScenarioRun {
        try Scenario.check(json, "the request", has: ["scenario", "definition", "project_id", "seed"])
        guard case .string(let name)? = json["scenario"], !name.isEmpty, name.unicodeScalars.count <= 100
        else {
            throw Scenario.Malformed("scenario", "is not a name")
        }
        let project = try Self.number(json["project_id"], "project_id") { $0.integer }
        let givenSeed = try Self.number(json["seed"], "seed") { $0.text.flatMap { UInt64($0) } }
        let scenario: Scenario
        if let definition = json["definition"] {
            scenario = try Scenario(name: name, definition)
        } else if let found = settings.scenarios.first(where: { $0.name == name }) {
            scenario = found
        } else {
            let names = settings.scenarios.map(\.name).joined(separator: ", ")
            throw Scenario.Malformed("scenario", "is not one of \(names)")
        }
        let (id, seed) = runs.withLock { runs in (runs.random.hexadecimal(8), runs.random.next()) }
        return ScenarioRun(
            id: id, scenario: scenario, seed: givenSeed ?? seed, start: WallClock.seconds,
            projectID: project ?? settings.secrets.keys.min() ?? 0)
    }

    private static func number<Number>(
        _ json: JSONValue?, _ path: String, _ read: (JSONValue) -> Number?
    ) throws(Scenario.Malformed) -> Number? {
        guard let json else { return nil }
        guard let number = read(json) else { throw Scenario.Malformed(path, "is not a whole number") }
        return number
    }

    /// The run of a record, or the one of an id; nil where there is none.
    private func earlierRun(_ json: JSONValue) throws(Scenario.Malformed) -> ScenarioRun? {
        if json["definition"] != nil { return try ScenarioRun(json) }
        try Scenario.check(json, "the request", has: ["run"])
        guard case .string(let id)? = json["run"], !id.isEmpty else {
            throw Scenario.Malformed("run", "is not an id")
        }
        return runs.withLock { $0.all[id] }
    }
}
