// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Kafka

/// The JSON Schema of the settings file, for editors and for checks without `tidings`. It refuses what a look
/// at single values can refuse; contradictions between sums of settings are left to `tidings config check`.
enum SettingsSchema {
    static var json: JSONValue {
        let rows = SettingsTable.rows.filter(\.isInFile)
        var members = rows.filter { $0.section == nil }.map { JSONValue.Member($0.name, schema(of: $0)) }
        for (section, rows) in rows.filter({ $0.section != nil }).bySection {
            members.append(.init(section, schema(ofSection: section, rows)))
        }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The settings of tidings",
            "description": "Made by `tidings config schema settings`; do not edit.",
            "type": ["object", "null"], "additionalProperties": false, "properties": .object(members),
            "allOf": [ownManagementAddress],
        ]
    }

    private static func schema(ofSection section: String, _ rows: [SettingRow]) -> JSONValue {
        let properties = rows.map { row in
            JSONValue.Member(String(row.name.dropFirst(section.count + 1)), schema(of: row))
        }
        var members: [JSONValue.Member] = [
            .init("type", ["object", "null"]), .init("additionalProperties", false),
            .init("properties", .object(properties)),
        ]
        if section == "ingress" {
            let files: JSONValue = [
                "tls_certificate_file": ["tls_key_file"], "tls_key_file": ["tls_certificate_file"],
            ]
            members.append(.init("dependentRequired", files))
        }
        return .object(members)
    }

    private static func schema(of row: SettingRow) -> JSONValue {
        var members = [JSONValue.Member("description", .string(description(of: row)))]
        if let text = row.defaultText, !text.isEmpty { members.append(.init("default", .string(text))) }
        return .object(members + row.form.schema(isProperties: row.name == KafkaSettings.properties.row.name))
    }

    private static func description(of row: SettingRow) -> String {
        "\(row.help). \(row.flag)\(row.environmentName.map { ", \($0)" } ?? "")"
    }

    /// See `Combinations.sharedManagementAddress`.
    private static var ownManagementAddress: JSONValue {
        let services = ["ingress", "worker"].map { section -> JSONValue in
            [
                "required": [.string(section)],
                "properties": .object([.init(section, ["minProperties": 1])]),
            ]
        }
        let given: JSONValue = [
            "required": ["management"],
            "properties": [
                "management": [
                    "type": "object", "required": ["address"],
                    "properties": ["address": ["type": "string", "minLength": 1]],
                ]
            ],
        ]
        return ["if": given, "then": ["oneOf": .array(services)]]
    }
}

extension ValueForm {
    /// What a value in the file must be. A number is read as the text it is written as, so each text may be
    /// one.
    fileprivate func schema(isProperties: Bool) -> [JSONValue.Member] {
        switch self {
        case .text, .path: Self.scalar + [.init("minLength", 1)]
        case .name: Self.scalar + [.init("pattern", "^\(Self.kafkaName)$")]
        case .prefix: Self.orEmpty(Self.scalar + [.init("pattern", "^(?:\(Self.kafkaName))?$")])
        case .integer(let range): Self.any(of: [Self.number(range), Self.text(NumberPattern.of(range))])
        case .byteCount(let range):
            Self.any(of: [Self.number(range), Self.text(Units.pattern(byteCount: range))])
        case .duration(let range): Self.text(Units.pattern(range)).members
        case .toggle: [.init("enum", [true, false, "true", "false"])]
        case .choice(let words): [.init("enum", .strings(words))]
        case .address(mayBeEmpty: true): Self.orEmpty(Self.string("^(?:\(Self.address))?$"))
        case .address(mayBeEmpty: false): Self.string("^\(Self.address)$")
        case .list(let placeholder):
            Self.list(of: placeholder == "CIDR" ? #"[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?"# : "[^,]+")
        case .pairs: Self.pairs(isProperties: isProperties)
        }
    }

    private static let scalar = [JSONValue.Member("type", ["string", "number", "boolean"])]

    private static let kafkaName = #"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}"#

    private static let address =
        #"(?:\[[^\[\]\s]+\]|[^\[\]\s:]+):"# + NumberPattern.of(0...65_535)

    private static func any(of schemas: [JSONValue]) -> [JSONValue.Member] {
        [.init("anyOf", .array(schemas))]
    }

    private static func orEmpty(_ schema: [JSONValue.Member]) -> [JSONValue.Member] {
        any(of: [["type": "null"], .object(schema)])
    }

    private static func number(_ range: ClosedRange<Int>) -> JSONValue {
        ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    }

    private static func string(_ pattern: String) -> [JSONValue.Member] {
        [.init("type", "string"), .init("pattern", .string(pattern))]
    }

    private static func text(_ pattern: String) -> JSONValue { .object(string("^(?:\(pattern))$")) }

    private static func list(of element: String) -> [JSONValue.Member] {
        let items = JSONValue.object(string(#"^\s*\#(element)\s*$"#))
        return any(of: [
            ["type": "null"], ["type": "array", "items": items],
            text(#"(?:\s*\#(element)\s*(?:,\s*\#(element)\s*)*)?"#),
        ])
    }

    private static func pairs(isProperties: Bool) -> [JSONValue.Member] {
        var mapping = [JSONValue.Member("type", "object")]
        if isProperties {
            let guarded = KafkaConfiguration.guardedProperties
            let refused = guarded.filter { $0.harmless.isEmpty }.map(\.name)
            mapping.append(.init("propertyNames", ["not": ["enum": .strings(refused)]]))
            let harmless = guarded.filter { !$0.harmless.isEmpty }.map { property in
                JSONValue.Member(property.name, ["enum": .array(property.harmless.flatMap(spellings))])
            }
            mapping.append(.init("properties", .object(harmless)))
        }
        mapping.append(.init("additionalProperties", .object(scalar)))
        return any(of: [
            ["type": "null"], .object(mapping), ["type": "array", "items": text("[^=]+=.*")],
            text("(?:[^=]+=.*)?"),
        ])
    }

    /// A value as YAML may read it.
    private static func spellings(_ value: String) -> [JSONValue] {
        if let bool = Bool(value) { return [.string(value), .bool(bool)] }
        if let number = Int(value) { return [.string(value), .integer(number)] }
        return [.string(value)]
    }
}
