// SPDX-License-Identifier: Apache-2.0
internal import Kafka

extension Settings {
    /// The settings as a configuration file that could be used, each with its origin; secrets are masked.
    public var printed: String {
        var text = ""
        var section: String?
        for row in SettingsTable.rows {
            guard let entry = entries[row.name], row.isInFile else { continue }
            if row.section != section, let name = row.section { text += "\(name):\n" }
            section = row.section
            let margin = row.section == nil ? "" : "  "
            let key = row.name.dropFirst(row.section.map { $0.count + 1 } ?? 0)
            if entry.origin == .fallback, row.defaultText == nil {
                // Empty would be a value that many settings refuse.
                text += "\(margin)# \(key):\n"
            } else {
                text += "\(margin)\(key): \(Self.written(entry))  # \(entry.origin)\n"
            }
        }
        return text
    }

    private static func written(_ entry: Entry) -> String {
        guard let separator = entry.row.form.separator else { return quotedIfNeeded(entry.text) }
        let elements = entry.text.split(separator: separator)
        guard entry.row.form.environmentSeparator != nil else {
            return "[\(elements.map { quotedIfNeeded(String($0.trimmingSpaces)) }.joined(separator: ", "))]"
        }
        let pairs = elements.map { element in
            let name = element.prefix { $0 != "=" }
            let value = element.dropFirst(name.count + 1)
            // The other pairs are properties with the files that contain their values.
            let isSecret =
                entry.row.name == KafkaSettings.properties.row.name
                && KafkaConfiguration.isSecret(String(name))
            return "\(name): \(isSecret ? "(secret)" : quotedIfNeeded(String(value)))"
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "/", ":": true
            default: false
            }
        }
        return isPlain && !text.isEmpty && !text.hasSuffix(":") ? text : text.quoted
    }
}
