// SPDX-License-Identifier: Apache-2.0
import Payments

/// Reads callbacks for people.
///
/// Belongs to one thread: the reader's storage is used again.
struct SummaryReader {
    private var reader: CallbackReader
    private var headers = ReceiptHeaders()

    init(limits: JSONLimits) {
        reader = CallbackReader(limits: limits)
    }

    /// - Returns: nil where the body is not clear. What a release accepts counts as clear.
    mutating func read(_ callback: LoggedRecord) -> CallbackSummary? {
        guard let value = callback.value else { return nil }
        var accepted: [Reason] = []
        callback.fill(&headers)
        if case .release(let release) = headers.readRelease() { accepted = release.acceptedReasons }
        let name = callback.header(Receipt.Header.rule)
        let rule = SignatureRule.allCases.first { rule in
            name.map { "\(rule.name)".utf8.elementsEqual($0) } ?? false
        }
        let project = callback.header(Receipt.Header.projectID).flatMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        let body = callback.bytes.span.bytes.extracting(value)
        let reading = reader.read(
            body, rule: rule ?? .natural, projectID: project, accepting: accepted)
        guard case .clear(let read) = reading else { return nil }
        return CallbackSummary(read)
    }
}
