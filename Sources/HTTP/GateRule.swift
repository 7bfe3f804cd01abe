// SPDX-License-Identifier: Apache-2.0

/// One reason to refuse a request by its head alone, before its body is read.
///
/// libmicrohttpd is lenient: it lets a request through whose length two readers can see differently, which is
/// how one request smuggles another behind a proxy. So every refusal closes the connection: what follows on
/// it is never read as a request. The rules are asked in the order of ``all``; the first that is broken
/// answers.
struct GateRule: Sendable {
    /// What the metric and the test call it.
    let name: StaticString
    let status: Int
    let isBroken: @Sendable (borrowing RequestFacts, borrowing ServerSettings.RequestLimits) -> Bool

    static let all: [GateRule] = [
        // Before anything that a stranger may learn of.
        GateRule(name: "client-certificate", status: 403) { facts, _ in facts.lacksClientCertificate },

        // RFC 9112 §3: a malformed request line.
        GateRule(name: "method", status: 400) { facts, _ in !facts.methodIsToken },
        GateRule(name: "version", status: 400) { facts, _ in !facts.isVersion10 && !facts.isVersion11 },
        GateRule(name: "uri", status: 414) { facts, limits in facts.uriBytes > limits.uriBytes },

        // Sizes, before anything that depends on what the fields say.
        GateRule(name: "field-count", status: 431) { facts, limits in facts.fieldCount > limits.headerFields
        },
        GateRule(name: "field-size", status: 431) { facts, limits in
            facts.longestFieldBytes > limits.fieldBytes
        },
        GateRule(name: "header-size", status: 431) { facts, limits in facts.fieldBytes > limits.headerBytes },

        // RFC 9112 §5: no white space before the colon, no control characters.
        GateRule(name: "field-name", status: 400) { facts, _ in facts.hasMalformedName },
        GateRule(name: "field-value", status: 400) { facts, _ in facts.hasControlCharacter },

        // RFC 9112 §3.2: exactly one Host in 1.1, and never two.
        GateRule(name: "host", status: 400) { facts, _ in
            facts.hostCount > 1 || facts.hostCount == 0 && facts.isVersion11
        },

        // RFC 9112 §6: one length, given in one way.
        GateRule(name: "content-length", status: 400) { facts, _ in
            facts.contentLengthCount > 1 || facts.contentLength == nil
        },
        GateRule(name: "transfer-encoding", status: 400) { facts, _ in
            facts.transferEncodingCount > 1 || facts.transferEncodingCount == 1 && !facts.isChunked
        },
        GateRule(name: "transfer-encoding-in-1.0", status: 400) { facts, _ in
            facts.transferEncodingCount > 0 && facts.isVersion10
        },
        GateRule(name: "two-lengths", status: 400) { facts, _ in
            facts.transferEncodingCount > 0 && facts.contentLengthCount > 0
        },
        GateRule(name: "body-size", status: 413) { facts, limits in
            (facts.contentLength ?? 0) > limits.bodyBytes
        },
        GateRule(name: "content-encoding", status: 415) { facts, _ in facts.hasContentCoding },
        GateRule(name: "no-length", status: 411) { facts, _ in
            facts.expectsBody && facts.contentLengthCount == 0 && facts.transferEncodingCount == 0
        },
    ]

    /// The place in ``all`` of the first broken rule, nil for a request that may pass.
    static func firstBroken(
        by facts: borrowing RequestFacts, limits: borrowing ServerSettings.RequestLimits
    ) -> Int? {
        for index in all.indices where all[index].isBroken(facts, limits) { return index }
        return nil
    }

    /// What the client reads; one line, the same for every request that breaks the rule.
    var response: Response {
        let text =
            switch status {
            case 403: "refused"
            case 411: "a length is required"
            case 413: "the body is too large"
            case 414: "the URI is too long"
            case 415: "send the body as it is, without Content-Encoding"
            case 431: "the header fields are too large"
            default: "the request is malformed: \(name)"
            }
        return Response(status: status, text: text, closes: true)
    }
}
