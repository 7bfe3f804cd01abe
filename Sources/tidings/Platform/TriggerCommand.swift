// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate
import Glibc
import HTTP
import Payments
import Platform
import WebClient

/// `tidings platform trigger` and `tidings platform replay`: they speak to a running simulator.
enum TriggerCommand {
    static func trigger(_ call: Call) throws -> ExitCode {
        if call.settings[PlatformSettings.list] {
            return try send(.get, "/platform/scenarios", nil, call) { json in
                let scenarios = json.elements ?? []
                return Columns.lines(
                    scenarios.map { [$0["name"]?.text ?? "", $0["description"]?.text ?? ""] })
            }
        }
        guard let operand = call.operands.first else {
            throw ConfigurationError("the scenario is missing: a name of --list, or a YAML file")
        }
        var members: [JSONValue.Member] = []
        if operand.contains("/") || operand.hasSuffix(".yaml") || operand.hasSuffix(".yml") {
            let bytes = try FileBytes.read(operand, atMost: 1 << 20)
            let definition = try JSONValue(yaml: bytes, name: operand)
            let file = operand.split(separator: "/").last ?? ""
            let name = String(file.prefix { $0 != "." })
            _ = try Scenario(name: name, definition)
            members = [.init("scenario", .string(name)), .init("definition", definition)]
        } else {
            members = [.init("scenario", .string(operand))]
        }
        if let project = call.settings[PlatformSettings.project] {
            members.append(.init("project_id", .integer(project)))
        }
        if let seed = call.settings[PlatformSettings.seed] {
            members.append(.init("seed", .string("\(seed)")))
        }
        return try send(.post, "/platform/trigger", .object(members), call, text: Self.started)
    }

    static func replay(_ call: Call) throws -> ExitCode {
        guard let operand = call.operands.first else {
            throw ConfigurationError("the run is missing: its id, or the file of its record")
        }
        let body: JSONValue
        if access(operand, R_OK) == 0 {
            let bytes = try FileBytes.read(operand, atMost: 1 << 22)
            guard let record = try? JSONValue(parsing: bytes, limits: Scenario.limits) else {
                throw ConfigurationError("is not the record of a run", file: operand)
            }
            body = record
        } else {
            body = ["run": .string(operand)]
        }
        return try send(.post, "/platform/replay", body, call, text: Self.started)
    }

    private static func started(_ record: JSONValue) -> String {
        Columns.lines(
            ["run", "scenario", "project_id", "payment_id", "seed"].map { [$0, record[$0]?.text ?? ""] })
            + "\nThe callbacks are on their way. `tidings platform replay \(record["run"]?.text ?? "")` repeats them.\n"
    }

    private static func send(
        _ method: WebRequest.Method, _ path: String, _ body: JSONValue?, _ call: Call,
        text: (JSONValue) -> String
    ) throws -> ExitCode {
        let address = call.settings[PlatformSettings.address]
        let base =
            try call.settings[PlatformSettings.simulator]
            ?? WebAddress("http://\(BindAddress(host: address.host, port: address.port))")
        let request = WebRequest(
            method, try WebAddress(base.appending(path)), fields: [.init("Content-Type", "application/json")],
            body: body?.encoded ?? [])
        let response: WebResponse
        do throws(WebError) {
            response = try RequestSender(.init(responseLimit: 1 << 24)).send(request)
        } catch {
            StandardError.write("tidings: the simulator at \(base) does not answer: \(error)\n")
            return .wrong
        }
        guard let json = try? JSONValue(parsing: response.body, limits: Scenario.limits),
            response.status == 200
        else {
            let message =
                (try? JSONValue(parsing: response.body))?["message"]?.text ?? "HTTP \(response.status)"
            StandardError.write("tidings: the simulator refused: \(message)\n")
            return .wrong
        }
        StandardOutput.write(asJSON: call.settings[AuditOptions.json], json.line, orText: text(json))
        return .done
    }
}

/// Two columns of text.
private enum Columns {
    static func lines(_ rows: [[String]]) -> String {
        let width = rows.map { $0[0].count }.max() ?? 0
        return rows.map { row in
            row[0] + String(repeating: " ", count: width - row[0].count + 2) + row[1] + "\n"
        }.joined()
    }
}
