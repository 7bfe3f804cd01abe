// SPDX-License-Identifier: Apache-2.0

/// The JSON Schema of the keys file.
enum KeysSchema {
    static var document: JSONDocument {
        .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("The keys file of tidings")),
            ("description", .text("Made by `tidings config schema keys`; do not edit.")),
            ("type", .text("object")), ("additionalProperties", .bool(false)),
            ("required", .texts(["projects"])),
            (
                "properties",
                .object([
                    (
                        "projects",
                        .object([
                            ("description", .text("the projects, by their numbers")),
                            ("type", .text("object")), ("minProperties", .number(1)),
                            (
                                "propertyNames",
                                .object([
                                    ("pattern", .text("^[1-9][0-9]{0,18}$"))
                                ])
                            ),
                            ("additionalProperties", project),
                        ])
                    )
                ])
            ),
        ])
    }

    private static var project: JSONDocument {
        .object([
            ("type", .text("object")), ("additionalProperties", .bool(false)), ("required", .texts(["keys"])),
            (
                "properties",
                .object([
                    (
                        "keys",
                        .object([("type", .text("array")), ("minItems", .number(1)), ("items", key)])
                    )
                ])
            ),
        ])
    }

    private static var key: JSONDocument {
        .object([
            ("type", .text("object")), ("additionalProperties", .bool(false)), ("required", .texts(["id"])),
            (
                "properties",
                .object([
                    ("id", text(#"^[A-Za-z0-9._-]{1,64}$"#, "names the key in logs, metrics and receipts")),
                    ("secret_file", text("^.+$", "the file of the secret, from this file's folder")),
                    ("secret_env", text("^.+$", "the environment variable of the secret")),
                    (
                        "mode",
                        .object([
                            ("description", .text("shadow is counted and never accepted")),
                            ("enum", .texts(KeysFileReader.modes)), ("default", .text("active")),
                        ])
                    ),
                    (
                        "until",
                        text(
                            #"^\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:[Zz]|[+-]\d{2}:?\d{2}))?$"#,
                            "when a retiring key ends, such as 2026-12-31T00:00:00Z")
                    ),
                ])
            ),
            (
                "oneOf",
                .array([
                    .object([("required", .texts(["secret_file"]))]),
                    .object([("required", .texts(["secret_env"]))]),
                ])
            ),
            ("if", retiring), ("then", .object([("required", .texts(["until"]))])),
            (
                "else",
                .object([("not", .object([("required", .texts(["until"]))]))])
            ),
        ])
    }

    private static var retiring: JSONDocument {
        .object([
            ("required", .texts(["mode"])),
            ("properties", .object([("mode", .object([("const", .text("retiring"))]))])),
        ])
    }

    private static func text(_ pattern: String, _ description: String) -> JSONDocument {
        .object([
            ("description", .text(description)), ("type", .texts(["string", "number"])),
            ("pattern", .text(pattern)),
        ])
    }
}
