// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// The JSON Schema of the keys file.
enum KeysSchema {
    static var json: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The keys file of tidings",
            "description": "Made by `tidings config schema keys`; do not edit.",
            "type": "object", "additionalProperties": false, "required": ["projects"],
            "properties": [
                "projects": [
                    "description": "the projects, by their numbers", "type": "object", "minProperties": 1,
                    "propertyNames": ["pattern": "^[1-9][0-9]{0,18}$"], "additionalProperties": project,
                ]
            ],
        ]
    }

    private static var project: JSONValue {
        [
            "type": "object", "additionalProperties": false, "required": ["keys"],
            "properties": ["keys": ["type": "array", "minItems": 1, "items": key]],
        ]
    }

    private static var key: JSONValue {
        [
            "type": "object", "additionalProperties": false, "required": ["id"],
            "properties": [
                "id": text(#"^[A-Za-z0-9._-]{1,64}$"#, "names the key in logs, metrics and receipts"),
                "secret_file": text("^.+$", "the file of the secret, from this file's folder"),
                "secret_env": text("^.+$", "the environment variable of the secret"),
                "mode": [
                    "description": "shadow is counted and never accepted",
                    "enum": .strings(KeysFileReader.modes), "default": "active",
                ],
                "until": text(
                    #"^\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:[Zz]|[+-]\d{2}:?\d{2}))?$"#,
                    "when a retiring key ends, such as 2026-12-31T00:00:00Z"),
            ],
            "oneOf": [["required": ["secret_file"]], ["required": ["secret_env"]]],
            "if": ["required": ["mode"], "properties": ["mode": ["const": "retiring"]]],
            "then": ["required": ["until"]], "else": ["not": ["required": ["until"]]],
        ]
    }

    private static func text(_ pattern: String, _ description: String) -> JSONValue {
        [
            "description": .string(description), "type": ["string", "number"], "pattern": .string(pattern),
        ]
    }
}
