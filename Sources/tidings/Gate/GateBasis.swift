// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate

/// What the merchant's commands have in common: the key that signs, and the flags that they share.
struct GateBasis {
    let key: ProjectKey
    private let settings: Settings

    /// - Throws: where the keys file has no such project, or not exactly one key to sign with.
    init(_ call: Call, project: Int64) throws {
        settings = call.settings
        let path = settings[CallbackSettings.keysFile]
        let file = try KeysFile.read(path, environment: call.environment)
        guard let found = file.projects.first(where: { $0.projectID == project }) else {
            throw ConfigurationError("has no project \(project)", file: path)
        }
        let active = found.keys.filter { $0.mode == .active }
        let wanted = settings[GateOptions.key]
        let keys = active.filter { wanted == nil || $0.id == wanted }
        guard keys.count <= 1 else {
            let ids = keys.map(\.id).joined(separator: ", ")
            throw ConfigurationError(
                "project \(project) has several active keys (\(ids)); --key says which one signs", file: path)
        }
        guard let signing = keys.first else {
            throw ConfigurationError(
                "project \(project) has no active key\(wanted.map { " \($0)" } ?? "")", file: path)
        }
        key = ProjectKey(projectID: project, secret: signing.secret.bytes)
        settings.warnOfPlainGate()
    }

    var client: GateClient { GateClient(settings.gate(), key: key) }

    /// The amount and the currency of the flags.
    var money: Money {
        get throws(ConfigurationError) {
            do throws(Money.Malformed) {
                return try Money(
                    amount: settings[GateOptions.amount], currency: settings[GateOptions.currency])
            } catch {
                throw settings.refusal(of: GateOptions.amount, "\(error)")
            }
        }
    }

    var additional: [Parameter] { settings[GateOptions.set] + settings[GateOptions.setJSON] }

    /// Prints a request instead of sending it.
    func preview(_ request: some GateRequest) throws -> ExitCode {
        print(RequestPreview(try client.prepare(request)))
        return .done
    }

    func print(_ preview: RequestPreview) {
        StandardOutput.write(asJSON: settings[AuditOptions.json], preview.json.line, orText: preview.text)
    }

    /// Prints what came of a purchase. Without a reader the exit code still says whether to buy again.
    func print(_ report: PurchaseReport) {
        let isJSON = settings[AuditOptions.json]
        if !StandardOutput.offer(isJSON ? report.json.line : Array(report.text.utf8)) {
            StandardError.write("tidings: the outcome cannot be written to standard output\n")
        }
    }

    /// Prints what came of a request that does not buy.
    func report<Content>(
        _ reply: Reply<Content>, _ text: (Content) -> String, _ json: (Content) -> JSONValue
    ) -> ExitCode {
        let isJSON = settings[AuditOptions.json]
        switch reply {
        case .content(let content):
            StandardOutput.write(asJSON: isJSON, json(content).line, orText: text(content))
            return .done
        case .refused(let refusal):
            if isJSON { StandardOutput.write(refusal.json.line) }
            StandardError.write("tidings: the platform refused the request: \(refusal.safeText)\n")
            return .wrong
        case .limited(let refusal, let retryAfter):
            let reason = refusal.map { ": \($0.safeText)" } ?? ""
            let hint = retryAfter.map { "; try again in \($0)" } ?? ""
            StandardError.write("tidings: the platform limits requests\(reason)\(hint)\n")
            return .wrong
        case .notSent(let reason):
            StandardError.write("tidings: nothing was sent: \(reason)\n")
            return .notSent
        case .unreadable(let reason):
            StandardError.write("tidings: there is no readable answer: \(reason)\n")
            return .outcomeUnknown
        }
    }
}
