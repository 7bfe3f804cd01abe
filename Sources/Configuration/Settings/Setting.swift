/// A setting with the type of its value: `settings[IngressSettings.address]`.
public struct Setting<Value: Sendable>: Sendable {
    /// Its row in the table, without the type.
    public let row: SettingRow

    /// - Parameters:
    ///   - name: `section.words_in_snake_case`; environment variable, flag and place in the file follow from it.
    ///   - defaultText: as one would write it; nil makes the setting required by the commands that list it.
    init(
        _ name: String, _ kind: ValueKind<Value>, default defaultText: String?,
        sources: SettingRow.Sources = .everywhere, isSecret: Bool = false, _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: defaultText.map { .text($0) } ?? .required, sources: sources,
            isSecret: isSecret, help: help)
    }

    /// A setting whose default is told in words, because it is found out at start.
    ///
    /// - Parameter words: completes "default: …" in help.
    init(
        _ name: String, _ kind: ValueKind<Value>, default words: String,
        is value: @escaping @Sendable () -> Value,
        sources: SettingRow.Sources = .everywhere, isSecret: Bool = false, _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: .found(words: words, value: value), sources: sources,
            isSecret: isSecret, help: help)
    }

    /// A setting that may be left out, which is then nil.
    init<Wrapped>(
        _ name: String, optional kind: ValueKind<Wrapped>, sources: SettingRow.Sources = .everywhere,
        isSecret: Bool = false, _ help: String
    ) where Value == Wrapped? {
        row = SettingRow(
            name: name, kind: kind.optional(), default: .found(words: "", value: { Wrapped?.none }),
            sources: sources, isSecret: isSecret, help: help)
    }
}
