// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The `tidings` command lines of `deploy/compose.yaml`, to be run outside containers.
struct ComposeFile {
    /// By service: `tidings`' arguments as they are written.
    let commands: [String: [String]]

    /// Reads the services' names, their `command:` lines, and the aliases of services.
    init() throws {
        let text = try String(contentsOf: Repository.file("deploy/compose.yaml"), encoding: .utf8)
        var commands: [String: [String]] = [:]
        var anchors: [String: String] = [:]
        var isInServices = false
        var service = ""
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" ") { isInServices = line == "services:" }
            guard isInServices else { continue }
            if let alias = line.firstMatch(of: /^  ([a-z0-9-]+): \*([a-z0-9-]+)$/)?.output {
                commands[String(alias.1)] = anchors[String(alias.2)].flatMap { commands[$0] }
            } else if let name = line.firstMatch(of: /^  ([a-z0-9-]+):(?: &([a-z0-9-]+))?$/)?.output {
                service = String(name.1)
                if let anchor = name.2 { anchors[String(anchor)] = service }
            } else if let command = line.firstMatch(of: /^    command: (.+)$/)?.output.1 {
                commands[service] = command.split(separator: " ").map(String.init)
            }
        }
        self.commands = commands
        try #require(commands["topics"]?.first == "topics" && commands["ingress-1"]?.first == "ingress")
        try #require(commands.keys.filter { $0.hasPrefix("worker-") }.count == 3)
    }

    /// A service's arguments with what belongs to its container replaced.
    ///
    /// - Parameter replacements: whole arguments, such as an address, and what to write instead.
    func arguments(of service: String, replacing replacements: [String: String] = [:]) throws -> [String] {
        let command = try #require(commands[service], "\(service) is not in the compose file")
        for old in replacements.keys { try #require(command.contains(old), "\(service) has no \(old)") }
        return command.map { replacements[$0] ?? $0 }
    }
}
