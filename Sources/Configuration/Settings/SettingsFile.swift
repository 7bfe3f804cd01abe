/// The one YAML file of settings: sections with members named as the environment variables are, in lower case
/// and without the prefix (`TIDINGS_WORKER_STATE_DIR` is `state_dir` in the section `worker`).
struct SettingsFile {
    let path: String

    /// Every setting in it, and everything that is wrong with its keys and shapes.
    func read() throws(ConfigurationError) -> (
        given: [String: SettingsReader.Given], problems: [ConfigurationError.Problem]
    ) {
        let root = try YAMLReader.read(file: path)
        guard let sections = root.members else {
            throw ConfigurationError("is not a mapping of sections", file: path, line: root.line)
        }
        let rows = SettingsTable.rows.filter(\.isInFile)
        var given: [String: SettingsReader.Given] = [:]
        var problems: [ConfigurationError.Problem] = []
        for section in sections {
            let known = rows.filter { $0.section == section.key }
            guard !known.isEmpty else {
                let hint = NearestName.hint(for: section.key, among: Set(rows.compactMap(\.section)).sorted())
                problems.append(problem("unknown section \(section.key.quoted)\(hint)", section.line))
                continue
            }
            guard let members = section.value.members else {
                problems.append(problem("\(section.key) holds named settings", section.value.line))
                continue
            }
            for member in members {
                let name = "\(section.key).\(member.key)"
                guard let row = known.first(where: { $0.name == name }) else {
                    let hint = NearestName.hint(for: name, among: known.map(\.name))
                    problems.append(problem("unknown setting \(name.quoted)\(hint)", member.line))
                    continue
                }
                guard let text = text(of: member.value, row) else {
                    problems.append(problem("\(name) must be \(row.placeholder)", member.value.line))
                    continue
                }
                given[name] = .init(text: text, origin: .file(path, line: member.value.line))
                // Checked here too, since the running command may not read it.
                if let clause = refusal(row, text) {
                    problems.append(problem("\(name) \(clause)", member.value.line))
                    given[name] = nil
                }
            }
        }
        return (given, problems)
    }

    private func text(of node: YAMLNode, _ row: SettingRow) -> String? {
        if let text = node.text {
            guard row.isPath, !text.isEmpty else { return text }
            return Self.path(text, besideFile: path)
        }
        guard let separator = row.separator.map(String.init) else { return nil }
        if let elements = node.elements {
            let texts = elements.compactMap(\.text)
            return texts.count == elements.count ? texts.joined(separator: separator) : nil
        }
        guard row.environmentSeparator != nil, let members = node.members else { return nil }
        let pairs = members.compactMap { member in member.value.text.map { "\(member.key)=\($0)" } }
        return pairs.count == members.count ? pairs.joined(separator: separator) : nil
    }

    private func refusal(_ row: SettingRow, _ text: String) -> String? {
        do throws(ValueProblem) {
            _ = try row.parse(text)
            return nil
        } catch {
            return row.isSecret || text.isEmpty ? error.clause : "\(text.quoted) \(error.clause)"
        }
    }

    private func problem(_ message: String, _ line: Int) -> ConfigurationError.Problem {
        .init(message, file: path, line: line)
    }

    /// A relative path starts from the folder of the file that names it, so that the file can be used from
    /// any working directory.
    static func path(_ path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }
}

extension SettingRow {
    /// `worker` of `worker.state_dir`.
    var section: String? {
        name.firstIndex(of: ".").map { String(name[..<$0]) }
    }
}
