// SPDX-License-Identifier: Apache-2.0
import Payments

/// The answer of `tidings verify` about one body: one JSON object, whose members and their order are fixed
/// here.
struct ExaminationAnswer {
    /// A member that the answer has only when it was asked for; null without a value.
    enum Requested<Value> {
        case no
        case yes(Value?)
    }

    /// The rule by which the signature matched; nil where it did not.
    var rule: SignatureRule?
    /// Why the body cannot be examined; nil where it can, also if the signature differs.
    var error: String?
    var stringToSign: Requested<[UInt8]> = .no
    var isClear = false
    var reasons: [Reason] = []
    /// The event as JSON.
    var event: Requested<ArraySlice<UInt8>> = .no

    func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    private func writeMembers(to writer: inout JSONWriter) {
        writer.member("valid", rule != nil)
        writer.member("rule", rule.map { "\($0.name)" })
        writer.member("error", error)
        if case .yes(let text) = stringToSign {
            writer.name("string_to_sign")
            if let text { writer.value(utf8: text) } else { writer.null() }
        }
        writer.member("clear", isClear)
        writer.members("reasons", reasons, Self.write)
        if case .yes(let event) = event {
            writer.name("event")
            if let event { writer.raw(event) } else { writer.null() }
        }
    }

    private static func write(_ reason: Reason, to writer: inout JSONWriter) {
        writer.member("rule", reason.rule.rawValue)
        writer.member("path", reason.path)
        if !reason.rule.readings.isEmpty { writer.member("readings", reason.rule.readings) }
    }
}
