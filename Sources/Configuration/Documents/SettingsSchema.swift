// SPDX-License-Identifier: Apache-2.0
internal import Kafka

/// The JSON Schema of the settings file, for editors and for checks without `tidings`. It refuses what a look
/// at single values can refuse; contradictions between sums of settings are left to `tidings config check`.
enum SettingsSchema {
    static var document: JSONDocument {
        let rows = SettingsTable.rows.filter(\.isInFile)
        var members: [(String, JSONDocument)] = []
        var sections: [String] = []
        for row in rows {
            guard let section = row.section else {
                members.append((row.name, schema(of: row)))
                continue
            }
            if !sections.contains(section) { sections.append(section) }
        }
        for section in sections {
            members.append((section, schema(ofSection: section, rows.filter { $0.section == section })))
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("The settings of tidings")),
            ("description", .text("Made by `tidings config schema settings`; do not edit.")),
            ("type", .texts(["object", "null"])), ("additionalProperties", .bool(false)),
            ("properties", .object(members)), ("allOf", .array([ownManagementAddress])),
        ])
    }

    private static func schema(ofSection section: String, _ rows: [SettingRow]) -> JSONDocument {
        var members: [(String, JSONDocument)] = [
            ("type", .texts(["object", "null"])), ("additionalProperties", .bool(false)),
            (
                "properties",
                .object(rows.map { (String($0.name.dropFirst(section.count + 1)), schema(of: $0)) })
            ),
        ]
        if section == "ingress" {
            members.append(
                (
                    "dependentRequired",
                    .object([
                        ("tls_certificate_file", .texts(["tls_key_file"])),
                        ("tls_key_file", .texts(["tls_certificate_file"])),
                    ])
                ))
        }
        return .object(members)
    }

    private static func schema(of row: SettingRow) -> JSONDocument {
        var members: [(String, JSONDocument)] = [("description", .text(description(of: row)))]
        if let text = row.defaultText, !text.isEmpty { members.append(("default", .text(text))) }
        return .object(members + row.form.schema(isProperties: row.name == KafkaSettings.properties.row.name))
    }

    private static func description(of row: SettingRow) -> String {
        "\(row.help). \(row.flag)\(row.environmentName.map { ", \($0)" } ?? "")"
    }

    /// See `Combinations.sharedManagementAddress`.
    private static var ownManagementAddress: JSONDocument {
        let services = ["ingress", "worker"].map { section in
            JSONDocument.object([
                ("required", .texts([section])),
                ("properties", .object([(section, .object([("minProperties", .number(1))]))])),
            ])
        }
        let given = JSONDocument.object([
            ("required", .texts(["management"])),
            (
                "properties",
                .object([
                    (
                        "management",
                        .object([
                            ("type", .text("object")), ("required", .texts(["address"])),
                            (
                                "properties",
                                .object([
                                    (
                                        "address",
                                        .object([("type", .text("string")), ("minLength", .number(1))])
                                    )
                                ])
                            ),
                        ])
                    )
                ])
            ),
        ])
        return .object([("if", given), ("then", .object([("oneOf", .array(services))]))])
    }
}

extension ValueForm {
    /// What a value in the file must be. A number is read as the text it is written as, so each text may be
    /// one.
    fileprivate func schema(isProperties: Bool) -> [(String, JSONDocument)] {
        switch self {
        case .text, .path: Self.scalar + [("minLength", .number(1))]
        case .name: Self.scalar + [("pattern", .text(#"^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$"#))]
        case .prefix: Self.orEmpty(Self.scalar + [("pattern", .text("^(?:\(Self.prefixPattern))?$"))])
        case .integer(let range):
            [("anyOf", .array([Self.number(range), Self.text(NumberPattern.of(range))]))]
        case .byteCount(let range):
            [("anyOf", .array([Self.number(range), Self.text(Units.pattern(byteCount: range))]))]
        case .duration(let range):
            [("type", .text("string")), ("pattern", .text("^(?:\(Units.pattern(range)))$"))]
        case .toggle: [("enum", .array([.bool(true), .bool(false), .text("true"), .text("false")]))]
        case .choice(let words): [("enum", .texts(words))]
        case .address(let mayBeEmpty):
            mayBeEmpty
                ? Self.orEmpty([("type", .text("string")), ("pattern", .text("^(?:\(Self.address))?$"))])
                : [("type", .text("string")), ("pattern", .text("^\(Self.address)$"))]
        case .list(let placeholder):
            Self.list(of: placeholder == "CIDR" ? #"[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?"# : "[^,]+")
        case .pairs: Self.pairs(isProperties: isProperties)
        }
    }

    private static let scalar: [(String, JSONDocument)] = [("type", .texts(["string", "number", "boolean"]))]
    private static let prefixPattern = #"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}"#
    private static let address =
        #"(?:\[[^\[\]\s]+\]|[^\[\]\s:]+):"# + NumberPattern.of(0...65_535)

    private static func orEmpty(_ schema: [(String, JSONDocument)]) -> [(String, JSONDocument)] {
        [("anyOf", .array([.object([("type", .text("null"))]), .object(schema)]))]
    }

    private static func number(_ range: ClosedRange<Int>) -> JSONDocument {
        .object([
            ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
            ("maximum", .number(range.upperBound)),
        ])
    }

    private static func text(_ pattern: String) -> JSONDocument {
        .object([("type", .text("string")), ("pattern", .text("^(?:\(pattern))$"))])
    }

    private static func list(of element: String) -> [(String, JSONDocument)] {
        let items = JSONDocument.object([
            ("type", .text("string")), ("pattern", .text(#"^\s*\#(element)\s*$"#)),
        ])
        return [
            (
                "anyOf",
                .array([
                    .object([("type", .text("null"))]),
                    .object([("type", .text("array")), ("items", items)]),
                    text(#"(?:\s*\#(element)\s*(?:,\s*\#(element)\s*)*)?"#),
                ])
            )
        ]
    }

    private static func pairs(isProperties: Bool) -> [(String, JSONDocument)] {
        var mapping: [(String, JSONDocument)] = [("type", .text("object"))]
        if isProperties {
            let guarded = KafkaConfiguration.guardedProperties
            let refused = guarded.filter { $0.harmless.isEmpty }.map(\.name)
            mapping.append(("propertyNames", .object([("not", .object([("enum", .texts(refused))]))])))
            let harmless = guarded.filter { !$0.harmless.isEmpty }.map { property in
                (property.name, JSONDocument.object([("enum", .array(property.harmless.flatMap(spellings)))]))
            }
            mapping.append(("properties", .object(harmless)))
        }
        mapping.append(("additionalProperties", .object(scalar)))
        return [
            (
                "anyOf",
                .array([
                    .object([("type", .text("null"))]), .object(mapping),
                    .object([("type", .text("array")), ("items", text("[^=]+=.*"))]), text("(?:[^=]+=.*)?"),
                ])
            )
        ]
    }

    /// A value as YAML may read it.
    private static func spellings(_ value: String) -> [JSONDocument] {
        if let bool = Bool(value) { return [.text(value), .bool(bool)] }
        if let number = Int(value) { return [.text(value), .number(number)] }
        return [.text(value)]
    }
}
