extension Settings {
    /// The settings as a configuration file that could be used, each with its origin; secrets are masked.
    public var printed: String {
        var text = ""
        var section: String?
        for row in SettingsTable.rows {
            guard let entry = entries[row.name], row.isInFile, let name = row.section else { continue }
            if name != section {
                text += "\(name):\n"
                section = name
            }
            let key = row.name.dropFirst(name.count + 1)
            if entry.origin == .fallback, row.defaultText == nil {
                // Empty would be a value that many settings refuse.
                text += "  # \(key):\n"
            } else {
                text += "  \(key): \(Self.written(entry))  # \(entry.origin)\n"
            }
        }
        return text
    }

    private static func written(_ entry: Entry) -> String {
        guard let separator = entry.row.separator else { return quotedIfNeeded(entry.text) }
        let elements = entry.text.split(separator: separator)
        guard entry.row.environmentSeparator != nil else {
            return "[\(elements.map { quotedIfNeeded(String($0.trimmingSpaces)) }.joined(separator: ", "))]"
        }
        let pairs = elements.map { element in
            let name = element.prefix { $0 != "=" }
            let value = element.dropFirst(name.count + 1)
            return
                "\(name): \(entry.row.isSecret && hidesValue(name) ? "(secret)" : quotedIfNeeded(String(value)))"
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    /// librdkafka's properties that hold a password, a key or a token. Rather one too many.
    private static func hidesValue(_ property: Substring) -> Bool {
        ["password", "secret", "key", "pem", "token", "jaas", "oauthbearer", "certificate"].contains {
            property.lowercased().contains($0)
        }
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
