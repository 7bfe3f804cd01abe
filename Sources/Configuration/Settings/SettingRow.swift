// SPDX-License-Identifier: Apache-2.0

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

    /// The value of a setting that is not given.
    enum Default: Sendable {
        case text(String)
        /// Found at start.
        case found(words: String, value: @Sendable () -> any Sendable)
        /// Follows from settings that have another kind of default.
        case derived(words: String, value: @Sendable (Settings) -> any Sendable)
        /// An error, unless the setting of this name is given, which can hold it too.
        case required(unless: String?)
    }

    /// `section.words_in_snake_case`, which is also its key in the file: `worker.state_dir`.
    public let name: String
    /// How its value is written.
    public let form: ValueForm
    /// Where it may come from.
    public let sources: Sources
    /// What it does, for help: one clause.
    public let help: String
    /// Where its value is stored; nil for what a command reads itself.
    let field: (any AnySettingField)?
    private(set) var fallback: Default
    let parse: @Sendable (String) throws(ValueProblem) -> any Sendable

    init<Value>(
        name: String, kind: ValueKind<Value>, default fallback: Default,
        field: (any AnySettingField)? = nil, sources: Sources = .everywhere, help: String
    ) {
        self.name = name
        self.sources = sources
        self.help = help
        self.field = field
        form = kind.form
        self.fallback = fallback
        let parse = kind.parse
        self.parse = { text throws(ValueProblem) in try parse(text) }
    }

    /// `TIDINGS_WORKER_STATE_DIR`; nil for what only a flag can give.
    public var environmentName: String? {
        if sources == .flagOnly { return nil }
        return "TIDINGS_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// `--worker-state-dir`.
    public var flag: String {
        "--" + String(name.map { $0 == "." || $0 == "_" ? "-" : $0 })
    }

    /// Whether the file may contain it.
    public var isInFile: Bool { sources == .everywhere }

    /// The default as one would write it, where there is one that can be written.
    public var defaultText: String? {
        if case .text(let text) = fallback { text } else { nil }
    }

    /// `worker` of `worker.state_dir`; nil for a key at the top of the file.
    var section: String? {
        name.firstIndex(of: ".").map { String(name[..<$0]) }
    }

    /// The same row, where nothing need be given.
    var madeOptional: SettingRow {
        guard case .required = fallback else { return self }
        var row = self
        row.fallback = .found(words: "", value: { Never?.none })
        return row
    }

    /// The message for a text that is not a value of this setting.
    func refusal(of text: String, _ problem: ValueProblem) -> String {
        // Pairs may contain passwords.
        if case .pairs = form { return problem.clause }
        return text.isEmpty ? problem.clause : "\(text.quoted) \(problem.clause)"
    }
}
