// SPDX-License-Identifier: Apache-2.0

/// The one YAML file of settings: sections with members named as the environment variables are, in lower case
/// and without the prefix (`TIDINGS_WORKER_STATE_DIR` is `state_dir` in the section `worker`).
struct SettingsFile {
    /// What was read.
    struct Contents {
        var given: [String: SettingsReader.Given] = [:]
        /// Everything that is wrong with keys, shapes and values.
        var problems: [ConfigurationError.Problem] = []
        /// The sections that have members.
        var sections: Set<String> = []
    }

    let path: String
    private var contents = Contents()
    private let rows = SettingsTable.rows.filter(\.isInFile)

    init(path: String) { self.path = path }

    /// Every setting in it, and everything that is wrong with it.
    mutating func read() throws(ConfigurationError) -> Contents {
        let root = try YAMLReader.read(file: path)
        guard let sections = root.members else {
            throw ConfigurationError("is not a mapping of sections", file: path, line: root.line)
        }
        for section in sections {
            if let row = rows.first(where: { $0.name == section.key }) {
                take(section.value, row)
            } else {
                read(section)
            }
        }
        return contents
    }

    private mutating func read(_ section: YAMLNode.Member) {
        let known = rows.filter { $0.section == section.key }
        guard !known.isEmpty else {
            let names = Set(rows.map { $0.section ?? $0.name }).sorted()
            refuse(
                "unknown section \(section.key.quoted)\(NearestName.hint(for: section.key, among: names))",
                section.line)
            return
        }
        guard let members = section.value.members else {
            refuse("\(section.key) contains named settings", section.value.line)
            return
        }
        if !members.isEmpty { contents.sections.insert(section.key) }
        for member in members {
            let name = "\(section.key).\(member.key)"
            if let row = known.first(where: { $0.name == name }) {
                take(member.value, row)
            } else {
                let hint = NearestName.hint(for: name, among: known.map(\.name))
                refuse("unknown setting \(name.quoted)\(hint)", member.line)
            }
        }
    }

    private mutating func take(_ node: YAMLNode, _ row: SettingRow) {
        guard let text = text(of: node, row) else {
            refuse("\(row.name) must be \(row.form.placeholder)", node.line)
            return
        }
        // Checked here too, since the running command may not read it.
        do throws(ValueProblem) {
            _ = try row.parse(text)
        } catch {
            refuse("\(row.name) \(row.refusal(of: text, error))", node.line)
            return
        }
        var given = SettingsReader.Given(text: text, origin: .file(path, line: node.line))
        for member in node.members ?? [] { given.lines[member.key] = member.line }
        contents.given[row.name] = given
    }

    private func text(of node: YAMLNode, _ row: SettingRow) -> String? {
        if let text = node.text { return text.isEmpty ? text : withPath(text, row) }
        guard let separator = row.form.separator.map(String.init) else { return nil }
        let texts: [String?]
        if let elements = node.elements {
            texts = elements.map(\.text)
        } else if case .pairs = row.form, let members = node.members {
            texts = members.map { member in member.value.text.map { "\(member.key)=\($0)" } }
        } else {
            return nil
        }
        let known = texts.compactMap(\.self).map { withPath($0, row) }
        return known.count == texts.count ? known.joined(separator: separator) : nil
    }

    /// The text of a value, in which a relative path starts from the folder of this file.
    private func withPath(_ text: String, _ row: SettingRow) -> String {
        if row.form.isPath { return Self.path(text, besideFile: path) }
        guard case .pairs(_, arePaths: true) = row.form, let equals = text.firstIndex(of: "=") else {
            return text
        }
        let value = String(text[text.index(after: equals)...])
        return text[...equals] + Self.path(value, besideFile: path)
    }

    private mutating func refuse(_ message: String, _ line: Int) {
        contents.problems.append(.init(message, file: path, line: line))
    }

    /// A relative path starts from the folder of the file that names it, so that the file can be used from
    /// any working directory.
    static func path(_ path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }
}
