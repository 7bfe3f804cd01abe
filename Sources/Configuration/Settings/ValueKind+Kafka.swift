// SPDX-License-Identifier: Apache-2.0

/// A name and the text that belongs to it, such as a librdkafka property.
public struct NamedText: Sendable, Equatable {
    /// What precedes the equals sign.
    public let name: String
    /// What follows it, as it was written.
    public let text: String
}

extension ValueKind where Value == [NamedText] {
    /// Pairs `name=value`. In the environment they are separated by `;`, in the file they are a mapping.
    static func pairs(_ placeholder: String, arePaths: Bool = false) -> ValueKind {
        ValueKind(
            form: .pairs(placeholder: placeholder, arePaths: arePaths),
            parse: { text throws(ValueProblem) in
                var pairs: [NamedText] = []
                for element in text.split(separator: "\0") {
                    guard let equals = element.firstIndex(of: "="), equals > element.startIndex else {
                        throw ValueProblem("is not of the form name=value")
                    }
                    let name = String(element[..<equals].trimmingSpaces)
                    pairs.append(
                        NamedText(name: name, text: String(element[element.index(after: equals)...])))
                }
                return pairs
            }, spell: { $0.map { "\($0.name)=\($0.text)" }.joined(separator: "\0") })
    }
}
