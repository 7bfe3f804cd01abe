// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// Bodies with a canary in every field, known and unknown. The same seed makes the same bodies.
struct Canaries {
    /// In every text that a sender can choose.
    static let word = "cnry7f3a"
    /// In every number that a sender can choose, in the place of a card number.
    static let number = 4_929_777_766_665_555

    /// What a body is on its way to.
    enum Kind: CaseIterable {
        /// Well-formed and signed, with canaries in some fields.
        case event
        /// The same with one in every field, which no shape allows.
        case everyField
        /// Signed, and not a shape that is known.
        case unknownShape
        case forged
        case unsigned
        case foreignProject
        case malformed
        case binary
    }

    private let paths: [String]
    private var random: SeededRandom
    private let now = Int64(Date().timeIntervalSince1970) - 60

    init(seed: UInt64) throws {
        random = SeededRandom(seed)
        paths = try CallbackPaths.reading("Field")
    }

    /// The body of the callback with this number.
    mutating func next(_ index: Int, _ kind: Kind) throws -> [UInt8] {
        let text = "\(Self.word)-\(index)"
        switch kind {
        case .malformed:
            return Array(#"{"project_id":1234,"payment":{"id":"\#(text)","\#(text)":\#(text)}}"#.utf8)
        case .binary:
            return Array(text.utf8) + (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
        case .unknownShape:
            return try signed(["project_id": Installation.projectID, text: [text: [text, Self.number]]])
        case .event, .everyField, .forged, .unsigned, .foreignProject: break
        }
        var body = try base("order-\(text)", index)
        let isFew = kind == .event
        for path in paths where !isFew || Int.random(in: 0..<6, using: &random) == 0 {
            let names = path.split(separator: ":").map(String.init)
            // What an event needs stays as it is where an event is wanted.
            if names == ["signature"] || isFew && Self.isNeeded(path) { continue }
            set(names[...], in: &body, to: Bool.random(using: &random) ? text : Self.number)
        }
        body[text] = [text: text, "number": Self.number]
        body["project_id"] = kind == .foreignProject ? 987_654 : Installation.projectID
        switch kind {
        case .forged: body["signature"] = text
        case .unsigned: body["signature"] = nil
        default: return try signed(body)
        }
        return try Array(JSONSerialization.data(withJSONObject: body))
    }

    private static func isNeeded(_ path: String) -> Bool {
        ["id", "date", "type", "amount", "currency", "status"].contains {
            path.hasSuffix(":\($0)") || path == $0
        } || path.hasPrefix("operations") || path.hasPrefix("transaction") || path.hasPrefix("errors")
            || path.hasPrefix("token") || path.hasPrefix("recurring")
    }

    private func base(_ payment: String, _ operation: Int) throws -> [String: Any] {
        let text = Traffic.body(payment, operation, "success", now, "r1")
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    private func signed(_ body: [String: Any]) throws -> [UInt8] {
        var body = body
        body["signature"] = "x"
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        return Array(try Platform().sign(text).utf8)
    }

    private func set(_ path: ArraySlice<String>, in object: inout [String: Any], to value: Any) {
        guard let first = path.first else { return }
        if path.count == 1 {
            object[first] = value
        } else {
            var child = object[first] as? [String: Any] ?? [:]
            set(path.dropFirst(), in: &child, to: value)
            object[first] = child
        }
    }
}
