// SPDX-License-Identifier: Apache-2.0

/// Finds each setting's value: flags take precedence over the environment, the environment over the file, the
/// file over defaults.
struct SettingsReader {
    /// A value as it was written.
    struct Given {
        let text: String
        let origin: Settings.Origin
        /// Of a mapping in the file: the line of each key.
        var lines: [String: Int] = [:]
    }

    private let rows: [SettingRow]
    private let environment: [String: String]
    private var given: [String: Given] = [:]
    private var problems: [ConfigurationError.Problem] = []
    private var settings = Settings()

    /// - Parameters:
    ///   - rows: the settings that the command reads.
    ///   - flags: the flags given, by the setting's name.
    ///   - environment: the process's environment.
    static func read(
        rows: [SettingRow], flags: [String: Given], environment: [String: String]
    ) throws(ConfigurationError) -> Settings {
        var reader = SettingsReader(rows: rows, environment: environment)
        reader.takeEnvironment()
        reader.given.merge(flags) { _, flag in flag }
        try reader.takeFile()
        return try reader.read()
    }

    private init(rows: [SettingRow], environment: [String: String]) {
        self.rows = rows
        self.environment = environment
    }

    private mutating func takeEnvironment() {
        for row in rows {
            guard let name = row.environmentName, var text = environment[name] else { continue }
            if let separator = row.form.separator, let other = row.form.environmentSeparator {
                text = String(text.map { $0 == other ? separator : $0 })
            }
            given[row.name] = Given(text: text, origin: .environment(name))
        }
    }

    /// The file's values have the lowest precedence; all of it is checked nevertheless.
    private mutating func takeFile() throws(ConfigurationError) {
        guard rows.contains(where: \.isInFile), let path = given[CommonSettings.configFile.row.name]?.text
        else {
            return
        }
        var file = SettingsFile(path: path)
        let contents = try file.read()
        problems += contents.problems
        if let problem = Combinations.sharedManagementAddress(contents, readBy: rows) {
            problems.append(problem)
        }
        given.merge(contents.given) { earlier, _ in earlier }
    }

    private mutating func read() throws(ConfigurationError) -> Settings {
        settings.unknownVariables = unknownVariables()
        for row in rows { takeGiven(row) }
        // Defaults that follow from other settings come last.
        for row in rows where settings.entries[row.name] == nil {
            if case .derived(_, let value) = row.fallback {
                let entry = Settings.Entry(row: row, text: "", value: value(settings), origin: .fallback)
                settings.entries[row.name] = entry
            }
        }
        if problems.isEmpty { problems = Combinations.problems(in: settings) }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return settings
    }

    private mutating func takeGiven(_ row: SettingRow) {
        if let given = given[row.name] {
            do throws(ValueProblem) {
                settings.entries[row.name] = Settings.Entry(
                    row: row, text: given.text, value: try row.parse(given.text), origin: given.origin,
                    lines: given.lines)
            } catch {
                problems.append(Settings.problem(row, given.origin, row.refusal(of: given.text, error)))
            }
            return
        }
        switch row.fallback {
        case .derived: return
        case .found(_, let value):
            let entry = Settings.Entry(row: row, text: "", value: value(), origin: .fallback)
            settings.entries[row.name] = entry
        case .text(let text):
            guard let value = try? row.parse(text) else {
                preconditionFailure("the default of \(row.name) is not a value of its kind: \(text)")
            }
            settings.entries[row.name] = Settings.Entry(row: row, text: text, value: value, origin: .fallback)
        case .required(let other):
            if let other, given[other] != nil {
                settings.entries[row.name] = Settings.Entry(
                    row: row, text: "", value: String?.none, origin: .fallback)
                return
            }
            let variable = row.environmentName.map { " or \($0)" } ?? ""
            let place = row.isInFile ? " (\(row.name) in the file)" : ""
            problems.append(.init("\(row.flag)\(variable) is required\(place): \(row.help)"))
        }
    }

    /// Container platforms put variables of their own beside ours (`TIDINGS_SERVICE_HOST`), so that an
    /// unknown one cannot simply be refused. One that is close to a name of ours is a slip and is.
    private mutating func unknownVariables() -> [String] {
        let known = Set(SettingsTable.rows.compactMap(\.environmentName))
        var unknown: [String] = []
        for name in environment.keys.sorted() where name.hasPrefix("TIDINGS_") && !known.contains(name) {
            if let nearest = NearestName.of(name, among: known.sorted()),
                NearestName.distance(Array(name.utf8), Array(nearest.utf8)) <= 2
            {
                problems.append(.init("\(name) is not known (did you mean \(nearest)?)"))
            } else {
                unknown.append(name)
            }
        }
        return unknown
    }
}
