/// How the text of a setting becomes its value: the spelling that help shows and the rule that parsing follows.
public struct ValueKind<Value: Sendable>: Sendable {
    /// What stands for the value in help, such as `DURATION`.
    let placeholder: String
    /// Why a text is refused: one clause that continues "the value … ".
    let parse: @Sendable (String) throws(ValueProblem) -> Value
    /// Whether the flag may stand without a value and then means `true`.
    var isSwitch = false
    /// For a value of several elements: what stands between them in the text that `parse` takes. The flag may
    /// then be given several times, and the file may hold a sequence or a mapping.
    var separator: Character?
    /// What stands between the elements in the environment, where it is another.
    var environmentSeparator: Character?
    /// Whether a relative value in the configuration file starts from that file's folder.
    var isPath = false
}

/// Why a text is no value of its kind: a clause such as "is not a duration like 250ms, 3s or 5m".
struct ValueProblem: Error {
    let clause: String

    init(_ clause: String) { self.clause = clause }
}

extension ValueKind where Value == String {
    /// Any text but the empty one.
    static func text(_ placeholder: String = "TEXT") -> ValueKind {
        ValueKind(placeholder: placeholder) { text throws(ValueProblem) in
            guard !text.isEmpty else { throw ValueProblem("is empty") }
            return text
        }
    }

    /// A name of Kafka's: a topic, a group.
    static var kafkaName: ValueKind {
        ValueKind(placeholder: "NAME") { text throws(ValueProblem) in
            guard isKafkaName(text) else {
                throw ValueProblem("is not 1 to 249 letters, digits, '.', '_' or '-'")
            }
            return text
        }
    }

    /// What stands before Kafka's names; it may be empty.
    static var kafkaPrefix: ValueKind {
        ValueKind(placeholder: "PREFIX") { text throws(ValueProblem) in
            guard text.isEmpty || isKafkaName(text) else {
                throw ValueProblem("is not made of letters, digits, '.', '_' and '-'")
            }
            return text
        }
    }

    /// A file or folder. In the configuration file a relative one starts from that file's folder.
    static func path(_ placeholder: String) -> ValueKind {
        var kind = text(placeholder)
        kind.isPath = true
        return kind
    }

    private static func isKafkaName(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".."
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
                default: false
                }
            }
    }
}

extension ValueKind where Value == Int {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(placeholder: "N") { text throws(ValueProblem) in
            guard let value = Int(text), text.utf8.first != UInt8(ascii: "+") else {
                throw ValueProblem("is not a whole number")
            }
            guard range.contains(value) else {
                throw ValueProblem("is not from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// A number of bytes, such as `64KiB`.
    static func byteCount(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(placeholder: "SIZE") { text throws(ValueProblem) in
            guard let value = Units.byteCount(text) else {
                throw ValueProblem("is not a size like 500B, 64KiB or 1MiB")
            }
            guard range.contains(value) else {
                let bounds =
                    "\(Units.spelled(byteCount: range.lowerBound)) to \(Units.spelled(byteCount: range.upperBound))"
                throw ValueProblem("is not from \(bounds)")
            }
            return value
        }
    }
}

extension ValueKind where Value == Duration {
    /// A length of time, such as `3s`.
    static func duration(_ range: ClosedRange<Duration>) -> ValueKind {
        ValueKind(placeholder: "DURATION") { text throws(ValueProblem) in
            guard let value = Units.duration(text) else {
                throw ValueProblem("is not a duration like 250ms, 3s, 5m, 12h or 35d")
            }
            guard range.contains(value) else {
                let bounds = "\(Units.spelled(range.lowerBound)) to \(Units.spelled(range.upperBound))"
                throw ValueProblem("is not from \(bounds)")
            }
            return value
        }
    }
}

extension ValueKind where Value == Bool {
    /// `true` or `false`; the bare flag means `true`.
    static var toggle: ValueKind {
        ValueKind(
            placeholder: "true|false",
            parse: { text throws(ValueProblem) in
                switch text {
                case "true": return true
                case "false": return false
                default: throw ValueProblem("is neither true nor false")
                }
            },
            isSwitch: true)
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of a closed set of words.
    static var choice: ValueKind {
        let words = Value.allCases.map(\.rawValue)
        return ValueKind(placeholder: words.joined(separator: "|")) { text throws(ValueProblem) in
            guard let value = Value(rawValue: text) else {
                throw ValueProblem(
                    "is none of \(words.joined(separator: ", "))\(NearestName.hint(for: text, among: words))")
            }
            return value
        }
    }
}

extension ValueKind where Value == NetworkAddress? {
    /// Where to listen; empty means not at all.
    static var optionalAddress: ValueKind {
        ValueKind(placeholder: "HOST:PORT") { text throws(ValueProblem) in
            text.isEmpty ? nil : try NetworkAddress.parse(text)
        }
    }
}

extension ValueKind where Value == NetworkAddress {
    /// Where to listen.
    static var address: ValueKind {
        ValueKind(placeholder: "HOST:PORT") { text throws(ValueProblem) in try NetworkAddress.parse(text) }
    }
}

extension ValueKind where Value == [String] {
    /// Several texts, separated by commas; empty means none.
    static func list(of placeholder: String) -> ValueKind {
        ValueKind(
            placeholder: "\(placeholder),…",
            parse: { text throws(ValueProblem) in
                if text.isEmpty { return [] }
                let elements = text.split(separator: ",", omittingEmptySubsequences: false)
                let trimmed = elements.map { String($0.trimmingSpaces) }
                guard trimmed.allSatisfy({ !$0.isEmpty }) else { throw ValueProblem("has an empty element") }
                return trimmed
            },
            separator: ",")
    }
}

extension ValueKind where Value == [NamedText] {
    /// Pairs `name=value`. In the environment they are separated by `;`, in the file they are a mapping.
    static func pairs(_ placeholder: String) -> ValueKind {
        ValueKind(
            placeholder: placeholder,
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
            },
            // A value may hold anything but this.
            separator: "\0", environmentSeparator: ";")
    }
}

/// A name and the text that belongs to it, such as a librdkafka property.
public struct NamedText: Sendable, Equatable {
    /// What stands before the equals sign.
    public let name: String
    /// What stands behind it, as it was written.
    public let text: String
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

extension ValueKind {
    /// The same, where the setting may be left out: nil then.
    func optional() -> ValueKind<Value?> {
        let parse = parse
        return ValueKind<Value?>(
            placeholder: placeholder,
            parse: { text throws(ValueProblem) in try parse(text) },
            isSwitch: isSwitch, separator: separator,
            environmentSeparator: environmentSeparator, isPath: isPath)
    }
}
