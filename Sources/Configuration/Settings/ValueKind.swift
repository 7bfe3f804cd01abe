// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Ingress

/// How the text of a setting becomes its value and a value its text.
public struct ValueKind<Value: Sendable>: Sendable {
    let form: ValueForm
    /// Why a text is refused: one clause that continues "the value … ".
    let parse: @Sendable (String) throws(ValueProblem) -> Value
    /// The text that `parse` reads as this value.
    let spell: @Sendable (Value) -> String

    /// The same, where the setting may be left out: nil then.
    func optional() -> ValueKind<Value?> {
        let (parse, spell) = (parse, spell)
        return ValueKind<Value?>(
            form: form, parse: { text throws(ValueProblem) in try parse(text) },
            spell: { $0.map(spell) ?? "" })
    }
}

extension ValueKind {
    /// Values that `read` makes of a text. Where it makes none, the text is refused with `clause`.
    init(
        _ form: ValueForm, refusal clause: String, spell: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.init(
            form: form,
            parse: { text throws(ValueProblem) in
                guard let value = read(text) else { throw ValueProblem(clause) }
                return value
            }, spell: spell)
    }

    /// The same, where values outside the range are refused too.
    init(
        _ form: ValueForm, in range: ClosedRange<Value>, refusal clause: String,
        spell: @escaping @Sendable (Value) -> String, read: @escaping @Sendable (String) -> Value?
    ) where Value: Comparable {
        self.init(
            form: form,
            parse: { text throws(ValueProblem) in
                guard let value = read(text) else { throw ValueProblem(clause) }
                guard range.contains(value) else {
                    throw ValueProblem("is not from \(spell(range.lowerBound)) to \(spell(range.upperBound))")
                }
                return value
            }, spell: spell)
    }
}

/// Why a text is not a value of its kind: a clause such as "is not a duration like 250ms, 3s or 5m".
struct ValueProblem: Error {
    let clause: String

    init(_ clause: String) { self.clause = clause }
}

extension ValueKind where Value == String {
    /// Any text but the empty one.
    static func text(_ placeholder: String) -> ValueKind { text(.text(placeholder: placeholder)) }

    /// A file or folder. In the configuration file a relative one starts from that file's folder.
    static func path(_ placeholder: String) -> ValueKind { text(.path(placeholder: placeholder)) }

    private static func text(_ form: ValueForm) -> ValueKind {
        ValueKind(form, refusal: "is empty", spell: { $0 }) { $0.isEmpty ? nil : $0 }
    }

    /// A name of Kafka's: a topic, a group.
    static var kafkaName: ValueKind {
        ValueKind(.name, refusal: "is not 1 to 249 letters, digits, '.', '_' or '-'", spell: { $0 }) {
            isKafkaName($0) ? $0 : nil
        }
    }

    /// What precedes Kafka's names; it may be empty.
    static var kafkaPrefix: ValueKind {
        ValueKind(.prefix, refusal: "is not made of letters, digits, '.', '_' and '-'", spell: { $0 }) {
            $0.isEmpty || isKafkaName($0) ? $0 : nil
        }
    }

    private static func isKafkaName(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".." && text.hasNameCharacters
    }
}

extension ValueKind where Value == Int {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(.integer(range), in: range, refusal: "is not a whole number", spell: { "\($0)" }) {
            $0.hasPrefix("+") ? nil : Int($0)
        }
    }

    /// A number of bytes, such as `64KiB`.
    static func byteCount(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(
            .byteCount(range), in: range, refusal: "is not a size like 500B, 64KiB or 1MiB",
            spell: { Units.spelled(byteCount: $0) }, read: { Units.byteCount($0) })
    }
}

extension ValueKind where Value == Duration {
    /// A length of time, such as `3s`.
    static func duration(_ range: ClosedRange<Duration>) -> ValueKind {
        ValueKind(
            .duration(range), in: range, refusal: "is not a duration like 250ms, 3s, 5m, 12h or 35d",
            spell: { Units.spelled($0) }, read: { Units.duration($0) })
    }
}

extension ValueKind where Value == Bool {
    /// `true` or `false`; the bare flag means `true`.
    static var toggle: ValueKind {
        ValueKind(.toggle, refusal: "is neither true nor false", spell: { "\($0)" }) { Bool($0) }
    }
}

extension ValueKind where Value: CaseIterable {
    /// One of a closed set, each by the name that it has in settings.
    static func choice(_ name: @escaping @Sendable (Value) -> String) -> ValueKind {
        let words = Value.allCases.map(name)
        return ValueKind(
            form: .choice(words),
            parse: { text throws(ValueProblem) in
                guard let value = Value.allCases.first(where: { name($0) == text }) else {
                    let hint = NearestName.hint(for: text, among: words)
                    throw ValueProblem("is not one of \(words.joined(separator: ", "))\(hint)")
                }
                return value
            }, spell: name)
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of a closed set of words.
    static var choice: ValueKind { choice(\.rawValue) }
}

extension ValueKind where Value == [String] {
    /// Several texts, separated by commas; empty means none.
    static func list(of placeholder: String) -> ValueKind {
        ValueKind(
            form: .list(placeholder: placeholder),
            parse: { text throws(ValueProblem) in try elements(of: text) },
            spell: { $0.joined(separator: ",") })
    }
}

private func elements(of text: String) throws(ValueProblem) -> [String] {
    if text.isEmpty { return [] }
    let elements = text.split(separator: ",", omittingEmptySubsequences: false)
    let trimmed = elements.map { String($0.trimmingSpaces) }
    guard trimmed.allSatisfy({ !$0.isEmpty }) else { throw ValueProblem("has an empty element") }
    return trimmed
}

extension ValueKind where Value == [AddressBlock] {
    /// Networks in CIDR notation, separated by commas; empty means none.
    static var networks: ValueKind {
        ValueKind(
            form: .list(placeholder: "CIDR"),
            parse: { text throws(ValueProblem) in
                var blocks: [AddressBlock] = []
                for element in try elements(of: text) {
                    guard let block = AddressBlock(element) else {
                        throw ValueProblem(
                            "contains \(element.quoted), which is not a network like 192.0.2.0/24")
                    }
                    blocks.append(block)
                }
                return blocks
            }, spell: { $0.map(\.description).joined(separator: ",") })
    }
}

extension String {
    /// Whether it is made of letters, digits, `.`, `_` and `-`.
    var hasNameCharacters: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
            default: false
            }
        }
    }
}

extension Substring {
    /// Without white space at both ends.
    var trimmingSpaces: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
