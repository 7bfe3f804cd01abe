// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate
import HTTP
import Kafka
import Payments
import Platform
import Telemetry
import WebClient

/// `tidings platform serve` and `tidings platform listen`.
enum PlatformCommand {
    static func serve(_ call: Call) throws -> ExitCode {
        let settings = call.settings
        let path = settings[CallbackSettings.keysFile]
        let projects = try KeysFile.read(path, environment: call.environment).projects
        var secrets: [Int64: [UInt8]] = [:]
        for project in projects {
            secrets[project.projectID] = project.keys.first { $0.mode == .active }?.secret.bytes
        }
        let url = settings[PlatformSettings.forwardTo] ?? settings[PlatformSettings.callbackURL]
        return try run(call, keys: KeyRing(projects), secrets: secrets, callbackURL: url)
    }

    static func listen(_ call: Call) throws -> ExitCode {
        // 256 random bits.
        var random = SystemRandomNumberGenerator()
        let secret = random.hexadecimal(64)
        let project: Int64 = 1234
        let key = try SigningKey(id: "platform", secret: Array(secret.utf8))
        return try run(
            call, keys: KeyRing([.init(id: project, keys: [key])]), secrets: [project: Array(secret.utf8)],
            callbackURL: call.settings[PlatformSettings.requiredForwardTo],
            newKey: (project: project, secret: secret))
    }

    private static func introduction(_ project: Int64, _ secret: String) -> String {
        """
        secret  \(secret)

        keys.yaml, with this secret in the variable PLATFORM_SECRET:

        projects:
          "\(project)":
            keys:
              - {id: platform, secret_env: PLATFORM_SECRET}


        """
    }

    /// - Parameter newKey: a new, unknown secret; it is printed. Others never are.
    private static func run(
        _ call: Call, keys: KeyRing, secrets: [Int64: [UInt8]], callbackURL: WebAddress?,
        newKey: (project: Int64, secret: String)? = nil
    ) throws -> ExitCode {
        let settings = call.settings
        try checkTarget(callbackURL, settings)
        let frame = Service(call, ["service": "platform"], metrics: ServiceMetrics.platform)
        let isJSON = settings[AuditOptions.json]
        let service = try PlatformService(
            .init(
                address: settings[PlatformSettings.address], callbackURL: callbackURL, keys: keys,
                secrets: secrets, scenarios: try builtInScenarios(),
                timeScale: settings[PlatformSettings.timeScale],
                allowsRemote: settings[PlatformSettings.allowRemote],
                payments: try settings[PlatformSettings.paymentsFile].map { try PaymentFile($0) }),
            log: frame.log, metrics: frame.metrics
        ) { event in
            StandardOutput.write(asJSON: isJSON, event.json.line, orText: event.text + "\n")
        }
        try service.start()
        let host = settings[PlatformSettings.address].host
        let url = "http://\(BindAddress(host: host, port: service.port))"
        if isJSON {
            var members: [JSONValue.Member] = [
                .init("event", "started"), .init("url", .string(url)),
            ]
            if let newKey {
                members.append(.init("project_id", .integer(newKey.project)))
                members.append(.init("secret", .string(newKey.secret)))
            }
            StandardOutput.write(JSONValue.object(members).line)
        } else {
            StandardOutput.write(
                """
                \(newKey.map { introduction($0.project, $0.secret) } ?? "")Gate          \(url)/v2/
                Payment Page  \(url)/payment
                payments      \(url)/
                metrics       \(url)/metrics
                callbacks     \(callbackURL?.description ?? "nowhere: set platform.callback_url or --forward-to")

                Ctrl-C ends it.


                """)
        }
        let exitCode = frame.stop.wait()
        service.stop()
        return exitCode
    }

    /// Refuses what simulated callbacks must not reach.
    static func checkTarget(_ callbackURL: WebAddress?, _ settings: Settings) throws(ConfigurationError) {
        guard settings[CommonSettings.profile] == .development else {
            throw ConfigurationError("the simulator does not run with profile: production")
        }
        if let callbackURL, !callbackURL.isLoopback, !settings[PlatformSettings.allowRemote] {
            throw ConfigurationError(
                "\(callbackURL.host) is another machine, and a simulated callback can look like a real one there; "
                    + "--allow-remote posts to it")
        }
    }

    static func builtInScenarios() throws -> [Scenario] {
        try BuiltInScenarios.files.map { file in
            try Scenario(name: file.name, try JSONValue(yaml: file.yaml, name: "\(file.name).yaml"))
        }
    }
}
