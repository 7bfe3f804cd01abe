// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// Takes the tree of a keys file apart and collects everything that is wrong with it.
struct KeysFileReader {
    private static let members = ["id", "secret_file", "secret_env", "mode", "until"]
    static let modes = ["active", "retiring", "shadow"]

    let file: String
    let environment: [String: String]
    private var files: [String]
    private var problems: [ConfigurationError.Problem] = []

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
        files = [file]
    }

    mutating func read() throws(ConfigurationError) -> KeysFile {
        let root = try YAMLReader.read(file: file)
        var projects: [ProjectKeys] = []
        for member in root.members ?? [] {
            guard member.key == "projects" else {
                refuse(
                    "unknown key \(member.key.quoted)\(NearestName.hint(for: member.key, among: ["projects"]))",
                    member.line)
                continue
            }
            for project in member.value.members ?? [] {
                if let keys = self.project(project) { projects.append(keys) }
            }
        }
        if projects.isEmpty, problems.isEmpty { refuse("names no project", root.line) }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return KeysFile(projects: projects, files: files)
    }

    private mutating func project(_ project: YAMLNode.Member) -> ProjectKeys? {
        guard let id = Int64(project.key), id > 0, String(id) == project.key else {
            refuse("\(project.key.quoted) is not a project's number", project.line)
            return nil
        }
        var keys: [ProjectKeys.Key] = []
        let before = problems.count
        for member in project.value.members ?? [] {
            guard member.key == "keys", let elements = member.value.elements else {
                let hint = NearestName.hint(for: member.key, among: ["keys"])
                let message =
                    member.key == "keys" ? "keys holds a list" : "unknown key \(member.key.quoted)\(hint)"
                refuse("project \(id): \(message)", member.line)
                continue
            }
            for element in elements {
                guard let key = key(element, project: id) else { continue }
                if keys.contains(where: { $0.id == key.id }) {
                    refuse("project \(id): two keys have the id \(key.id)", element.line)
                } else if let other = keys.first(where: { $0.secret == key.secret }) {
                    refuse(
                        "project \(id): the keys \(other.id) and \(key.id) have the same secret", element.line
                    )
                } else {
                    keys.append(key)
                }
            }
        }
        if keys.isEmpty, problems.count == before { refuse("project \(id) has no keys", project.line) }
        return keys.isEmpty ? nil : ProjectKeys(projectID: id, keys: keys)
    }

    private mutating func key(_ node: YAMLNode, project: Int64) -> ProjectKeys.Key? {
        guard let members = node.members else {
            refuse(
                "project \(project): a key is a mapping with id, secret_file or secret_env, and mode",
                node.line)
            return nil
        }
        var texts: [String: (text: String, line: Int)] = [:]
        for member in members {
            guard Self.members.contains(member.key) else {
                let hint = NearestName.hint(for: member.key, among: Self.members)
                refuse("project \(project): unknown key \(member.key.quoted)\(hint)", member.line)
                return nil
            }
            guard let text = member.value.text, !text.isEmpty else {
                refuse("project \(project): \(member.key) is empty or not a text", member.line)
                return nil
            }
            texts[member.key] = (text, member.line)
        }
        guard let id = texts["id"], (1...64).contains(id.text.utf8.count), id.text.hasNameCharacters
        else {
            refuse(
                "project \(project): a key needs an id of 1 to 64 letters, digits, '.', '_' or '-'", node.line
            )
            return nil
        }
        let name = "project \(project), key \(id.text)"
        let mode = mode(texts, line: node.line, name: name)
        guard let secret = secret(texts, line: node.line, name: name), let mode else { return nil }
        return ProjectKeys.Key(id: id.text, secret: secret, mode: mode)
    }

    private mutating func mode(
        _ texts: [String: (text: String, line: Int)], line: Int, name: String
    ) -> ProjectKeys.Mode? {
        let mode = texts["mode"] ?? ("active", line)
        if let until = texts["until"], mode.text != "retiring" {
            refuse("\(name): until belongs to the mode retiring", until.line)
            return nil
        }
        switch mode.text {
        case "active": return .active
        case "shadow": return .shadow
        case "retiring":
            guard let until = texts["until"] else {
                refuse(
                    "\(name): the mode retiring needs until, a date such as 2026-12-31T00:00:00Z", mode.line)
                return nil
            }
            guard let milliseconds = Self.milliseconds(until.text) else {
                refuse("\(name): until is not a date such as 2026-12-31T00:00:00Z", until.line)
                return nil
            }
            return .retiring(untilMilliseconds: milliseconds)
        default:
            let hint = NearestName.hint(for: mode.text, among: Self.modes)
            refuse(
                "\(name): the mode \(mode.text.quoted) is not one of active, retiring, shadow\(hint)",
                mode.line)
            return nil
        }
    }

    private mutating func secret(
        _ texts: [String: (text: String, line: Int)], line: Int, name: String
    ) -> Secret? {
        switch (texts["secret_file"], texts["secret_env"]) {
        case (let path?, nil):
            let path = (text: SettingsFile.path(path.text, besideFile: file), line: path.line)
            files.append(path.text)
            do throws(ConfigurationError) {
                let bytes = try FileBytes.read(path.text, atMost: SecretFile.largest)
                return checked(
                    SecretFile.withoutLineEnd(bytes), "the secret in \(path.text)", path.line, name)
            } catch {
                refuse("\(name): \(error)", path.line)
                return nil
            }
        case (nil, let variable?):
            guard let text = environment[variable.text] else {
                refuse("\(name): the environment variable \(variable.text.quoted) is not set", variable.line)
                return nil
            }
            return checked(Array(text.utf8), "the secret in \(variable.text)", variable.line, name)
        default:
            refuse("\(name): a key has either secret_file or secret_env", line)
            return nil
        }
    }

    private mutating func checked(_ bytes: [UInt8], _ what: String, _ line: Int, _ name: String) -> Secret? {
        guard !SecretFile.isBlank(bytes) else {
            refuse("\(name): \(what) is empty", line)
            return nil
        }
        return Secret(bytes)
    }

    private mutating func refuse(_ message: String, _ line: Int) {
        problems.append(.init(message, file: file, line: line))
    }

    /// RFC 3339 with a zone, in whole seconds; a date alone is its first moment in UTC.
    private static func milliseconds(_ text: String) -> Int64? {
        let isDateAlone = text.utf8.count == 10
        guard let date = try? Date(isDateAlone ? "\(text)T00:00:00Z" : text, strategy: .iso8601) else {
            return nil
        }
        return Int64(date.timeIntervalSince1970) * 1000
    }
}
