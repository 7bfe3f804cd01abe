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
        let reading = reader.read(
            callback.bytes.span.bytes.extracting(value), rule: callback.signatureRule,
            projectID: callback.number(of: Receipt.Header.projectID), accepting: accepted)
        guard case .clear(let read) = reading else { return nil }
        return CallbackSummary(read)
    }
}
