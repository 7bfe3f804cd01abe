import Payments

/// Reads callbacks for people.
///
/// Belongs to one thread: the reader's storage is used again.
struct SummaryReader {
    private var reader: CallbackReader

    init(limits: JSONLimits) {
        reader = CallbackReader(limits: limits)
    }

    /// - Returns: nil where the body is not clear.
    mutating func read(_ callback: LoggedRecord) -> CallbackSummary? {
        guard let value = callback.value else { return nil }
        let name = callback.header(Receipt.Header.rule)
        let rule = SignatureRule.allCases.first { rule in
            name.map { "\(rule.name)".utf8.elementsEqual($0) } ?? false
        }
        let project = callback.header(Receipt.Header.projectID).flatMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        let body = callback.bytes.span.bytes.extracting(value)
        guard case .clear(let read) = reader.read(body, rule: rule ?? .natural, projectID: project) else {
            return nil
        }
        return CallbackSummary(read)
    }
}
