// SPDX-License-Identifier: Apache-2.0

/// A setting with the type of its value: `settings[IngressSettings.address]`.
///
/// One declaration holds everything: the name, from which flag, environment variable and key in the file
/// follow; the kind with its bounds; the property of the module's own settings that it is stored in; and the
/// help, which a comment on the declaration does not repeat. The default is the one of that property.
public struct Setting<Value: Sendable>: Sendable {
    /// Its row in the table, without the type.
    public let row: SettingRow

    /// A setting of a module.
    ///
    /// - Parameters:
    ///   - name: `section.words_in_snake_case`; flag, environment variable and key in the file follow from
    ///     it.
    ///   - field: where its value is stored and its default is taken from.
    ///   - help: what it does: one clause.
    init<Root: ModuleSettings>(
        _ name: String, _ kind: ValueKind<Value>, _ field: any WritableKeyPath<Root, Value> & Sendable,
        sources: SettingRow.Sources = .everywhere, _ help: String
    ) {
        let text = kind.spell(Root.defaults[keyPath: field])
        row = SettingRow(
            name: name, kind: kind, default: .text(text), field: SettingField(field), sources: sources,
            help: help)
    }

    /// A setting of a module whose default is found at start.
    ///
    /// - Parameter words: completes "default: …" in help.
    init<Root: ModuleSettings>(
        _ name: String, _ kind: ValueKind<Value>, _ field: any WritableKeyPath<Root, Value> & Sendable,
        default words: String, is value: @escaping @Sendable () -> Value, _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: .found(words: words, value: value),
            field: SettingField(field), help: help)
    }

    /// A setting that a command reads itself.
    init(
        _ name: String, _ kind: ValueKind<Value>, default value: Value,
        sources: SettingRow.Sources = .everywhere, _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: .text(kind.spell(value)), sources: sources, help: help)
    }

    /// A flag of a command that is given or not.
    init(flag name: String, _ help: String) where Value == Bool {
        self.init(name, .toggle, default: false, sources: .flagOnly, help)
    }

    /// A setting whose default follows from other settings.
    ///
    /// - Parameter words: completes "default: …" in help.
    init(
        _ name: String, _ kind: ValueKind<Value>, default words: String,
        from value: @escaping @Sendable (Settings) -> Value, _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: .derived(words: words, value: value), help: help)
    }

    /// A setting that every command which lists it needs.
    init(
        required name: String, _ kind: ValueKind<Value>, sources: SettingRow.Sources = .everywhere,
        _ help: String
    ) {
        row = SettingRow(
            name: name, kind: kind, default: .required(unless: nil), sources: sources, help: help)
    }

    /// A setting that every command which lists it needs, unless the setting `other`, which can hold it too,
    /// is given.
    init<Wrapped>(
        required name: String, _ kind: ValueKind<Wrapped>, unlessIn other: String, _ help: String
    ) where Value == Wrapped? {
        row = SettingRow(
            name: name, kind: kind.optional(), default: .required(unless: other), help: help)
    }

    /// A setting that may be left out, which is then nil.
    init<Wrapped>(
        _ name: String, optional kind: ValueKind<Wrapped>, sources: SettingRow.Sources = .everywhere,
        _ help: String
    ) where Value == Wrapped? {
        row = SettingRow(
            name: name, kind: kind.optional(), default: .found(words: "", value: { Wrapped?.none }),
            sources: sources, help: help)
    }

    /// A setting of a module that may be left out, which is then nil.
    ///
    /// - Parameter field: where its value is stored; its default is nil.
    init<Root: ModuleSettings, Wrapped>(
        _ name: String, optional kind: ValueKind<Wrapped>,
        _ field: any WritableKeyPath<Root, Wrapped?> & Sendable,
        sources: SettingRow.Sources = .everywhere, _ help: String
    ) where Value == Wrapped? {
        row = SettingRow(
            name: name, kind: kind.optional(), default: .found(words: "", value: { Wrapped?.none }),
            field: SettingField(field), sources: sources, help: help)
    }
}
