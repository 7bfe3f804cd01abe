// SPDX-License-Identifier: Apache-2.0

/// A module's own settings, which rows fill and from which they take their defaults.
protocol ModuleSettings: Sendable {
    /// The values of a run that sets nothing.
    static var defaults: Self { get }
}

/// The property that a setting's value is stored in, without the types.
protocol AnySettingField: Sendable {}

/// The property of a module's own settings that a setting's value is stored in.
struct SettingField<Root: ModuleSettings>: AnySettingField {
    private let store: @Sendable (any Sendable, inout Root) -> Void

    init<Value: Sendable>(_ path: any WritableKeyPath<Root, Value> & Sendable) {
        store = { value, root in
            guard let value = value as? Value else {
                preconditionFailure("a setting's value has another type than the field it is stored in")
            }
            root[keyPath: path] = value
        }
    }

    func write(_ value: any Sendable, to root: inout Root) { store(value, &root) }
}

extension Settings {
    /// A module's settings: `root` with every value of this run that belongs in it.
    func filled<Root: ModuleSettings>(_ root: Root) -> Root {
        var root = root
        for entry in entries.values {
            (entry.row.field as? SettingField<Root>)?.write(entry.value, to: &root)
        }
        return root
    }
}
