// SPDX-License-Identifier: Apache-2.0
internal import WebClient

/// The parameters of one request while it is put together: an ordered tree, and what is wrong with it so far.
struct ParameterSet {
    private(set) var root: [JSONValue.Member] = []
    private(set) var problems: [InvalidRequest.Problem] = []
    private let semicolons: SemicolonPolicy

    init(semicolons: SemicolonPolicy) {
        self.semicolons = semicolons
    }

    mutating func refuse(_ parameter: String, _ message: String) {
        problems.append(.init(parameter, message))
    }

    /// Sets a parameter that has been checked. Text is checked for `;` here, anyone who it comes from.
    mutating func set(_ path: ParameterPath, _ value: JSONValue) {
        let value = withoutSemicolons(value, at: path.keys)
        if let problem = Self.insert(value, path.keys[...], into: &root) { refuse("\(path)", problem) }
    }

    /// Sets what the caller passes through.
    mutating func set(_ additional: [Parameter]) {
        for parameter in additional {
            guard parameter.path.keys.last != "signature" else {
                refuse("\(parameter.path)", "is made by this program")
                continue
            }
            set(parameter.path, parameter.value)
        }
    }

    /// - Throws: where anything was refused.
    func finish() throws(InvalidRequest) -> JSONValue {
        if !problems.isEmpty { throw InvalidRequest(problems) }
        return .object(root)
    }

    /// - Returns: what is wrong with the place; nil once the value is there.
    private static func insert(
        _ value: JSONValue, _ keys: ArraySlice<String>, into members: inout [JSONValue.Member]
    ) -> String? {
        guard let key = keys.first else { return "has no name" }
        let index = members.firstIndex { $0.name == key }
        if keys.count == 1 {
            guard index == nil else { return "is given twice" }
            members.append(.init(key, value))
            return nil
        }
        guard let index else {
            var below: [JSONValue.Member] = []
            let problem = insert(value, keys.dropFirst(), into: &below)
            members.append(.init(key, .object(below)))
            return problem
        }
        guard case .object(var below) = members[index].value else { return "is below a value" }
        let problem = insert(value, keys.dropFirst(), into: &below)
        members[index].value = .object(below)
        return problem
    }

    private mutating func withoutSemicolons(_ value: JSONValue, at path: [String]) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(withoutSemicolons(text, at: path))
        case .array(let elements):
            return .array(
                elements.enumerated().map { withoutSemicolons($0.element, at: path + ["\($0.offset)"]) })
        case .object(let members):
            for member in members where !ParameterPath.isKey(member.name) {
                refuse(
                    path.joined(separator: "."),
                    "contains a key with other characters than letters, digits, '_' and '-'")
            }
            return .object(
                members.map { .init($0.name, withoutSemicolons($0.value, at: path + [$0.name])) })
        }
    }

    private mutating func withoutSemicolons(_ text: String, at path: [String]) -> String {
        guard text.utf8.contains(UInt8(ascii: ";")), !Self.isURL(text, at: path) else { return text }
        switch semicolons {
        case .replace: return String(text.map { $0 == ";" ? "," : $0 })
        case .refuse:
            refuse(
                path.joined(separator: "."),
                "contains ';', which separates the lines of the signed text: the signature would also fit a forged "
                    + "callback")
            return text
        }
    }

    /// Whether the parameter is a URL by its name and by its value.
    private static func isURL(_ text: String, at path: [String]) -> Bool {
        let isNamed = path.contains("return_url") || path.last?.lowercased().hasSuffix("url") == true
        return isNamed && (try? WebAddress(text)) != nil
    }
}
