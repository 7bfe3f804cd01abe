// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Payments
internal import WebClient

extension ValueKind where Value == WebAddress {
    /// An https address, or an http address of this machine.
    static var webAddress: ValueKind {
        ValueKind(
            form: .text(placeholder: "URL"),
            parse: { text throws(ValueProblem) in
                let address = try readWebAddress(text)
                guard address.scheme == .https || address.isLoopback else {
                    throw ValueProblem("is plain HTTP, which is for 127.0.0.0/8, ::1 and localhost only")
                }
                return address
            }, spell: { $0.description })
    }

    /// An http or https address, of whatever machine.
    static var anyWebAddress: ValueKind {
        ValueKind(
            form: .text(placeholder: "URL"),
            parse: { text throws(ValueProblem) in try readWebAddress(text) },
            spell: { $0.description })
    }
}

private func readWebAddress(_ text: String) throws(ValueProblem) -> WebAddress {
    do throws(WebAddress.Malformed) {
        return try WebAddress(text)
    } catch {
        throw ValueProblem(error.description)
    }
}

extension ValueKind where Value == Double {
    /// A factor with a point, such as `0.02`.
    static func factor(_ range: ClosedRange<Double>) -> ValueKind {
        ValueKind(
            form: .text(placeholder: "FACTOR"),
            parse: { text throws(ValueProblem) in
                let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
                guard isPlain, let value = Double(text) else {
                    throw ValueProblem("is not a number like 0.02")
                }
                guard range.contains(value) else {
                    throw ValueProblem("is not from \(range.lowerBound) to \(range.upperBound)")
                }
                return value
            }, spell: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })
    }
}

extension ValueKind where Value == [Parameter] {
    /// Parameters of a request: `PATH=VALUE`, once for each.
    static var textParameters: ValueKind {
        parameters("PATH=VALUE", spell: { $0.text ?? "" }) { text, _ throws(ValueProblem) in .string(text) }
    }

    /// Parameters of a request whose values are JSON: `PATH=JSON`, once for each.
    static var jsonParameters: ValueKind {
        parameters("PATH=JSON", spell: { String(decoding: $0.encoded, as: UTF8.self) }) {
            text, path throws(ValueProblem) in
            do throws(JSONError) {
                return try JSONValue(parsing: Array(text.utf8))
            } catch {
                throw ValueProblem("has a value of \(path) that is not JSON: \(error)")
            }
        }
    }

    private static func parameters(
        _ placeholder: String, spell: @escaping @Sendable (JSONValue) -> String,
        _ read: @escaping @Sendable (String, ParameterPath) throws(ValueProblem) -> JSONValue
    ) -> ValueKind {
        ValueKind(
            form: .pairs(placeholder: placeholder, arePaths: false),
            parse: { text throws(ValueProblem) in
                var parameters: [Parameter] = []
                for element in text.split(separator: "\0") {
                    guard let equals = element.firstIndex(of: "="),
                        let path = ParameterPath(String(element[..<equals]))
                    else {
                        throw ValueProblem(
                            "is not \(placeholder), with a path of letters, digits, '_' and '-' and a dot between "
                                + "the keys, such as customer.phone")
                    }
                    let value = try read(String(element[element.index(after: equals)...]), path)
                    parameters.append(Parameter(path, value))
                }
                return parameters
            }, spell: { $0.map { "\($0.path)=\(spell($0.value))" }.joined(separator: "\0") })
    }
}
