/// One row of the table of settings: everything that parsing, help, the environment and the file need of it.
public struct SettingRow: Sendable {
    /// Where a setting may come from.
    public enum Sources: Sendable {
        /// File, environment and flag, in rising order.
        case everywhere
        /// Environment and flag: it says where the file is.
        case environmentAndFlag
        /// A flag of its command, such as `verify --batch`: it is about this one run.
        case flagOnly
    }

    /// What the value is when nobody told one.
    enum Default: Sendable {
        case text(String)
        case found(words: String, value: @Sendable () -> any Sendable)
        case required
    }

    /// `section.words_in_snake_case`, which is also its place in the file: `worker.state_dir`.
    public let name: String
    /// Where it may come from.
    public let sources: Sources
    /// Whether its value is masked when printed.
    public let isSecret: Bool
    /// What it does, for help: one clause.
    public let help: String
    let placeholder: String
    let isSwitch: Bool
    let separator: Character?
    let environmentSeparator: Character?
    let isPath: Bool
    private(set) var fallback: Default
    let parse: @Sendable (String) throws(ValueProblem) -> any Sendable

    init<Value>(
        name: String, kind: ValueKind<Value>, default fallback: Default, sources: Sources, isSecret: Bool,
        help: String
    ) {
        self.name = name
        self.sources = sources
        self.isSecret = isSecret
        self.help = help
        placeholder = kind.placeholder
        isSwitch = kind.isSwitch
        separator = kind.separator
        environmentSeparator = kind.environmentSeparator
        isPath = kind.isPath
        self.fallback = fallback
        let parse = kind.parse
        self.parse = { text throws(ValueProblem) in try parse(text) }
    }

    /// `TIDINGS_WORKER_STATE_DIR`; nil for what only a flag can tell.
    public var environmentName: String? {
        if sources == .flagOnly { return nil }
        return "TIDINGS_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// `--worker-state-dir`.
    public var flag: String {
        "--" + String(name.map { $0 == "." || $0 == "_" ? "-" : $0 })
    }

    /// Whether the file may hold it.
    public var isInFile: Bool { sources == .everywhere }

    /// The default as one would write it, where there is one that can be written.
    public var defaultText: String? {
        if case .text(let text) = fallback { text } else { nil }
    }

    /// The same row, which nobody has to tell.
    var madeOptional: SettingRow {
        guard case .required = fallback else { return self }
        var row = self
        row.fallback = .found(words: "", value: { Never?.none })
        return row
    }
}
