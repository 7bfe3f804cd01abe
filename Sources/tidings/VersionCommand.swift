// SPDX-License-Identifier: Apache-2.0
import Configuration
import WebClient

/// `tidings version`: what a report of a fault should contain.
enum VersionCommand {
    static func run(_ call: Call) -> ExitCode {
        let facts = Build.facts + Build.libraries + [("libcurl", WebClientVersion.text)]
        if call.settings[AuditOptions.json] {
            let members = facts.map { "  \"\($0.name)\": \"\($0.text)\"" }
            StandardOutput.write("{\n\(members.joined(separator: ",\n"))\n}\n")
        } else {
            for fact in facts { StandardOutput.write("\(fact.name) \(fact.text)\n") }
        }
        return .done
    }
}
