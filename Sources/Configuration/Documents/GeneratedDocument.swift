// SPDX-License-Identifier: Apache-2.0

/// The documents that are made from the tables of commands and settings, and so cannot contradict them.
public enum GeneratedDocument: String, Sendable, CaseIterable {
    /// The JSON Schema of the settings file.
    case settingsSchema
    /// The JSON Schema of the keys file.
    case keysSchema
    /// The reference of all settings, in Markdown.
    case reference
    /// The manual page, in mdoc(7).
    case manual
    /// Completion for the shells.
    case bash, zsh, fish

    /// The document.
    public var text: String {
        switch self {
        case .settingsSchema: SettingsSchema.json.document
        case .keysSchema: KeysSchema.json.document
        case .reference: SettingsReference.text
        case .manual: ManualPage.text
        case .bash: BashCompletion.text
        case .zsh: ZshCompletion.text
        case .fish: FishCompletion.text
        }
    }
}
