// SPDX-License-Identifier: Apache-2.0

/// A person's decision to publish a callback that was held for review, as the headers of the record that
/// repeats the callback carry it.
///
/// That record is decided as any other, but for the findings that were accepted. So a replay, which reads
/// the same headers, derives the same.
public struct Release: Sendable, Equatable {
    /// The name of the person, as it is known to the system on which the command was run.
    public var by: String
    public var at: Timestamp
    public var reason: String
    /// The first record of the callback.
    public var from: CallbackPosition
    /// All that were accepted, those of earlier releases of the same callback included.
    public var accepts: [ReviewFinding]

    /// The most bytes of a name, and of a reason.
    public static let longestName = 128
    public static let longestReason = 512

    public init(
        by: String, at: Timestamp, reason: String, from: CallbackPosition, accepts: [ReviewFinding]
    ) {
        self.by = by
        self.at = at
        self.reason = reason
        self.from = from
        self.accepts = accepts
    }

    /// The value of the header `tidings-release-accepts`.
    public var acceptsText: String { accepts.map(\.text).joined(separator: ", ") }

    /// Reads a value of that header.
    /// - Returns: nil where it names nothing, or something that no release may accept.
    static func findings(_ text: String) -> [ReviewFinding]? {
        var findings: [ReviewFinding] = []
        var rest = text[...]
        while true {
            let end = rest.firstIndex(of: ",") ?? rest.endIndex
            guard let finding = ReviewFinding(rest[..<end]), finding.isAcceptable else { return nil }
            findings.append(finding)
            rest = rest[end...]
            if rest.isEmpty { return findings }
            guard rest.hasPrefix(", ") else { return nil }
            rest = rest.dropFirst(2)
        }
    }

    var rows: AcceptedRows { accepts.reduce(into: []) { $0.formUnion($1.acceptedRow ?? []) } }
    /// Of `accepts`, the ambiguities.
    public var acceptedReasons: [Reason] { accepts.compactMap(\.acceptedReason) }
}

extension ReceiptHeaders {
    /// What the headers of a release say.
    public enum ReleaseContent: Sendable, Equatable {
        /// None of them is there.
        case absent
        /// They are there, but no command of ours wrote them so.
        case malformed
        case release(Release)
    }

    /// Reads the headers of a release: all of them must be there, each once and in its one form.
    public func readRelease() -> ReleaseContent {
        if isReleaseMalformed { return .malformed }
        if values[Field.redrivenAt.rawValue] != nil, time(of: .redrivenAt) == nil { return .malformed }
        let fields: [Field] = [.releasedBy, .releasedAt, .releaseReason, .releasedFrom, .releaseAccepts]
        if fields.allSatisfy({ values[$0.rawValue] == nil }) { return .absent }
        guard let by = text(of: .releasedBy, upTo: Release.longestName),
            let reason = text(of: .releaseReason, upTo: Release.longestReason),
            let from = text(of: .releasedFrom).flatMap({ CallbackPosition($0) }),
            let accepts = text(of: .releaseAccepts).flatMap(Release.findings),
            let at = time(of: .releasedAt)
        else { return .malformed }
        return .release(Release(by: by, at: at, reason: reason, from: from, accepts: accepts))
    }

    /// When a command last wrote the callback to the callbacks topic again; nil for any other record. The
    /// record has the time of the first one, which may be long ago.
    var repeatedAt: Timestamp? {
        let times = [time(of: .releasedAt), time(of: .redrivenAt)].compactMap { $0 }
        return times.max()
    }

    private func time(of field: Field) -> Timestamp? {
        values[field.rawValue].flatMap { Timestamp(bytes.span.extracting($0.range).bytes) }
    }

    /// A value that is not empty, and is UTF-8 without control characters.
    private func text(of field: Field, upTo limit: Int = ReceiptHeaders.longestValue) -> String? {
        guard let range = values[field.rawValue], !range.isEmpty, range.count <= limit,
            bytes.span.extracting(range.range).isText
        else { return nil }
        return String(decoding: bytes[range.range], as: UTF8.self)
    }
}
