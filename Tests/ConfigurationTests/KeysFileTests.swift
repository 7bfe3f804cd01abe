// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing

@Suite("Keys file")
struct KeysFileTests {
    @Test("projects, keys, secrets and modes are read; relative paths start from the file's folder")
    func whole() throws {
        let yaml = """
            projects:
              "1234":
                keys:
                  - {id: main, secret_file: main.secret}
                  - {id: old, secret_env: OLD, mode: retiring, until: 2026-12-31T00:00:00Z}
                  - id: next
                    secret_file: next.secret
                    mode: shadow
              99:
                keys: [{id: a.b-c_1, secret_env: OLD, mode: active}]
            """
        try withFolder(["keys.yaml": yaml, "main.secret": "one\n", "next.secret": "two\r\n"]) { folder in
            let file = folder.appending(path: "keys.yaml").path
            let keys = try KeysFile.read(file, environment: ["OLD": "three\n"])
            #expect(keys.projects.map(\.projectID) == [1234, 99])
            let project = keys.projects[0]
            #expect(project.keys.map(\.id) == ["main", "old", "next"])
            #expect(
                project.keys.map { String(decoding: $0.secret.bytes, as: UTF8.self) } == [
                    "one", "three\n", "two",
                ])
            #expect(
                project.keys.map(\.mode) == [
                    .active, .retiring(untilMilliseconds: 1_798_675_200_000), .shadow,
                ])
            #expect(
                keys.files == [file] + ["main.secret", "next.secret"].map { folder.appending(path: $0).path })
        }
    }

    @Test("JSON is YAML too")
    func json() throws {
        let json = #"{"projects": {"1234": {"keys": [{"id": "main", "secret_env": "S", "mode": "active"}]}}}"#
        #expect(try read(json, environment: ["S": "x"]).projects[0].keys[0].id == "main")
    }

    @Test(
        "what is wrong refuses the file, with line and key",
        arguments: [
            ("projects: {}", 1, "names no project"), ("", 1, "names no project"),
            ("project: {}", 1, #"unknown key "project" (did you mean projects?)"#),
            ("projects:\n  x1: {keys: []}", 2, #""x1" is not a project's number"#),
            ("projects:\n  01: {keys: []}", 2, "is not a project's number"),
            ("projects:\n  1: {keys: []}", 2, "project 1 has no keys"),
            ("projects:\n  1:\n    keyz: []", 3, "did you mean keys?"),
            ("projects:\n  1: {keys: [{id: a}]}", 2, "either secret_file or secret_env"),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S, secret_file: f}]}", 2,
                "either secret_file or secret_env"
            ),
            ("projects:\n  1: {keys: [{secret_env: S}]}", 2, "needs an id"),
            ("projects:\n  1: {keys: [{id: a b, secret_env: S}]}", 2, "needs an id"),
            (
                "projects:\n  1:\n    keys:\n      - {id: a, secret_env: UNSET}", 4,
                #"key a: the environment variable "UNSET" is not set"#
            ),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: EMPTY}]}", 2,
                "key a: the secret in EMPTY is empty"
            ),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: BLANK}]}", 2,
                "key a: the secret in BLANK is empty"
            ),
            ("projects:\n  1: {keys: [{id: a, secret_file: missing}]}", 2, "key a: "),
            ("projects:\n  1: {keys: [{id: a, secret_env: S, mode: activ}]}", 2, "did you mean active?"),
            ("projects:\n  1: {keys: [{id: a, secret_env: S, mode: retiring}]}", 2, "needs until"),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S, mode: retiring, until: soon}]}", 2,
                "is not a date"
            ),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S, until: 2026-01-01}]}", 2,
                "belongs to the mode retiring"
            ),
            ("projects:\n  1: {keys: [{id: a, secret_env: S, secert: x}]}", 2, #"unknown key "secert""#),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S}, {id: a, secret_env: T}]}", 2,
                "two keys have the id a"
            ),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S}, {id: b, secret_env: S}]}", 2,
                "have the same secret"
            ),
            (
                "projects:\n  1: {keys: [{id: a, secret_env: S}]}\n  1: {keys: []}", 3,
                "is on line 2 already"
            ),
            ("projects:\n  1: &x {keys: []}", 2, "anchors"), ("projects: *x", 1, "anchors"),
            ("projects: !!map {}", 1, "tag"), ("projects: [a}]", 1, "not YAML"),
            ("a: b\n---\nc: d", 2, "second document"),
        ])
    func refusals(yaml: String, line: Int, message: String) throws {
        let environment = ["S": "secret-s", "T": "secret-t", "EMPTY": "", "BLANK": " \n"]
        let error = try #require(throws: ConfigurationError.self) {
            _ = try read(yaml, environment: environment)
        }
        let problem = try #require(error.problems.first { $0.message.contains(message) }, "\(error)")
        #expect(problem.line == line)
        #expect(!error.description.contains("secret-"))
    }

    @Test("an empty secret file refuses to start")
    func emptySecretFile() throws {
        for content in ["", "\n", "\r\n", "  \n"] {
            try withFolder(["k.yaml": "projects: {1: {keys: [{id: a, secret_file: s}]}}", "s": content]) {
                folder in
                let error = try #require(throws: ConfigurationError.self) {
                    _ = try KeysFile.read(folder.appending(path: "k.yaml").path, environment: [:])
                }
                #expect(error.description.contains("is empty"))
            }
        }
    }

    @Test("no way of printing a key shows its secret")
    func masking() throws {
        let keys = try read("projects: {1: {keys: [{id: a, secret_env: S}]}}", environment: ["S": "hunter2"])
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("104"))
        }
    }

    private func read(_ yaml: String, environment: [String: String]) throws -> KeysFile {
        try withFolder(["k.yaml": yaml]) { folder in
            try KeysFile.read(folder.appending(path: "k.yaml").path, environment: environment)
        }
    }
}
