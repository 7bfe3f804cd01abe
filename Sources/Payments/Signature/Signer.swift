// SPDX-License-Identifier: Apache-2.0

/// Signs bodies as the platform does: for `tidings sign`, the demo, and tests.
public struct Signer {
    /// Where the signature is put.
    public enum Place: Sendable {
        /// In place of an existing one, else at the root.
        case asFound
        /// A member of the object `general`, which is added if it is missing.
        case general
    }

    public enum Failure: Error, Equatable, Sendable {
        case unreadable(JSONError)
        /// `general` was requested but is not an object, or a signature at the root would hide the one in it.
        case hidden
    }

    private let authenticator: MessageAuthenticator
    private var tree: JSONTree
    private var lines = SignedLines()

    /// - Parameter secret: must not be empty.
    public init(secret: [UInt8], limits: JSONLimits = JSONLimits()) {
        authenticator = MessageAuthenticator(secret: secret)
        tree = JSONTree(limits: limits)
    }

    /// The body with its signature inserted; every other byte is unchanged.
    ///
    /// A null signature is part of the signed text; a string is not. So insert a placeholder of the final
    /// length, sign, then overwrite it.
    public mutating func sign(_ body: RawSpan, place: Place = .asFound) throws(Failure) -> [UInt8] {
        try parse(body)
        let source = body.withUnsafeBytes { Array($0) }
        let edit = try edit(place, source)
        var signed = source[..<edit.range.lowerBound] + edit.before + Self.quotedBlank + edit.after
        signed += source[edit.range.upperBound...]
        try parse(signed.span.bytes)
        lines.flatten(tree, rule: .natural)
        lines.sort(by: .natural)
        var text: [UInt8] = []
        lines.appendJoined(to: &text)
        let signature = signature(of: text.span)
        let start = edit.range.lowerBound + edit.before.count + 1
        signed.replaceSubrange(start..<start + signature.count, with: signature)
        return Array(signed)
    }

    /// The 88 characters that sign a text, however it was made.
    public func signature(of text: Span<UInt8>) -> [UInt8] {
        var signature: [UInt8] = []
        Base64.append(authenticator.authenticationCode(of: text), to: &signature)
        return signature
    }

    private static let quotedBlank = Array("\"\(String(repeating: "A", count: 88))\"".utf8)

    /// The range that the quoted signature replaces, and the text before and after it.
    private struct Edit {
        var range: Range<Int>
        var before: [UInt8] = []
        var after: [UInt8] = []
    }

    private mutating func parse(_ body: RawSpan) throws(Failure) {
        do throws(JSONError) { try tree.parse(body) } catch { throw .unreadable(error) }
    }

    private func edit(_ place: Place, _ source: [UInt8]) throws(Failure) -> Edit {
        let atRoot = tree.member("signature", of: 0)
        let general = tree.member("general", of: 0)
        let inGeneral = general.flatMap { tree.member("signature", of: $0) }
        switch place {
        case .asFound:
            // A null at the root hides nothing, so that one in `general` is the signature.
            let isNull = atRoot.map { tree.nodes[$0].kind == .null } ?? true
            if isNull, let inGeneral, tree.nodes[inGeneral].kind != .null {
                return replacement(of: inGeneral, source)
            }
            return atRoot.map { replacement(of: $0, source) } ?? insertion(into: 0, "\"signature\":", source)
        case .general:
            if let atRoot, tree.nodes[atRoot].kind != .null { throw .hidden }
            if let inGeneral { return replacement(of: inGeneral, source) }
            guard let general else {
                var edit = insertion(into: 0, "\"general\":{\"signature\":", source)
                edit.after = [UInt8(ascii: "}")]
                return edit
            }
            guard tree.nodes[general].kind == .object else { throw .hidden }
            return insertion(into: general, "\"signature\":", source)
        }
    }

    private func replacement(of member: Int, _ source: [UInt8]) -> Edit {
        let node = tree.nodes[member]
        guard node.kind == .string else { return Edit(range: node.value.range) }
        // The tree has the decoded text; its end in the body must be found in the body.
        let start = Int(node.value.start)
        return Edit(range: start - 1..<JSONString.end(in: source, from: start))
    }

    /// After the last member of an object, before the white space that precedes its closing brace.
    private func insertion(into object: Int, _ text: String, _ source: [UInt8]) -> Edit {
        let node = tree.nodes[object]
        let isEmpty = Int(node.next) == object + 1
        var end = Int(node.value.end) - 1
        while " \n\r\t".utf8.contains(source[end - 1]) { end -= 1 }
        return Edit(range: end..<end, before: Array((isEmpty ? text : "," + text).utf8))
    }
}
