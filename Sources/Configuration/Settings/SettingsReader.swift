/// Finds each setting's value: a flag before the environment before the file before the default.
struct SettingsReader {
    /// A value as somebody wrote it.
    struct Given {
        let text: String
        let origin: Settings.Origin
    }

    private let rows: [SettingRow]
    private let environment: [String: String]
    private var given: [String: Given] = [:]
    private var problems: [ConfigurationError.Problem] = []

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
        return try reader.settings()
    }

    private init(rows: [SettingRow], environment: [String: String]) {
        self.rows = rows
        self.environment = environment
    }

    private mutating func takeEnvironment() {
        for row in rows {
            guard let name = row.environmentName, var text = environment[name] else { continue }
            if let separator = row.separator, let other = row.environmentSeparator {
                text = String(text.map { $0 == other ? separator : $0 })
            }
            given[row.name] = Given(text: text, origin: .environment(name))
        }
    }

    /// What the file tells stands below what environment and flags tell; it is checked whole all the same.
    private mutating func takeFile() throws(ConfigurationError) {
        guard rows.contains(where: \.isInFile), let path = given[CommonSettings.configFile.row.name]?.text
        else {
            return
        }
        let file = SettingsFile(path: path)
        let found = try file.read()
        problems += found.problems
        given.merge(found.given) { told, _ in told }
    }

    private mutating func settings() throws(ConfigurationError) -> Settings {
        var settings = Settings()
        settings.unknownVariables = unknownVariables()
        for row in rows {
            if let entry = entry(row) { settings.entries[row.name] = entry }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return settings
    }

    private mutating func entry(_ row: SettingRow) -> Settings.Entry? {
        if let given = given[row.name] {
            do throws(ValueProblem) {
                let value = try row.parse(given.text)
                return Settings.Entry(row: row, text: given.text, value: value, origin: given.origin)
            } catch {
                problems.append(Settings.problem(row, given.origin, refusal(row, given.text, error)))
                return nil
            }
        }
        switch row.fallback {
        case .found(_, let value):
            return Settings.Entry(row: row, text: "", value: value(), origin: .fallback)
        case .text(let text):
            guard let value = try? row.parse(text) else {
                preconditionFailure("the default of \(row.name) is a value of its kind")
            }
            return Settings.Entry(row: row, text: text, value: value, origin: .fallback)
        case .required:
            let variable = row.environmentName.map { " or \($0)" } ?? ""
            problems.append(.init("\(row.flag)\(variable) is required: \(row.help)"))
            return nil
        }
    }

    private func refusal(_ row: SettingRow, _ text: String, _ problem: ValueProblem) -> String {
        row.isSecret || text.isEmpty ? problem.clause : "\(text.quoted) \(problem.clause)"
    }

    /// Container platforms put variables of their own beside ours (`TIDINGS_SERVICE_HOST`), so that an unknown
    /// one cannot simply be refused. One that is close to a name of ours is a slip and is.
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
