// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// Writes spans as an `ExportTraceServiceRequest` in OTLP's JSON encoding
/// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal digits, 64-bit
/// integers as strings, enumerations as numbers.
struct OTLPEncoder {
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - resource: attributes of the process.
    ///   - version: of the instrumentation.
    static func request(_ spans: [TraceSpan], resource: [(name: String, value: String)], version: String)
        -> [UInt8]
    {
        var encoder = OTLPEncoder()
        encoder.raw(#"{"resourceSpans":[{"resource":{"attributes":["#)
        encoder.list(resource) { $0.attribute($1.name, .text($1.value)) }
        encoder.raw(#"]},"scopeSpans":[{"scope":{"name":"tidings","version":"#)
        encoder.text(version)
        encoder.raw(#"},"spans":["#)
        encoder.list(spans) { $0.span($1) }
        encoder.raw("]}]}]}")
        return encoder.bytes
    }

    private mutating func span(_ span: TraceSpan) {
        raw("{")
        ids(span.context)
        if let parent = span.parent {
            raw(#","parentSpanId":""#)
            parent.appendSpanID(to: &bytes)
            raw("\"")
        }
        raw(#","name":"#)
        text(span.name)
        // 0x100: it is known whether the parent is remote; 0x200: it is. The lowest bit: sampled.
        raw(#","flags":\#(1 | 0x100 | (span.kind == .server && span.parent != nil ? 0x200 : 0))"#)
        raw(#","kind":\#(span.kind.rawValue),"startTimeUnixNano":"\#(span.startedAt)""#)
        raw(#","endTimeUnixNano":"\#(span.endedAt)","attributes":["#)
        list(span.attributes) { $0.attribute("\($1.name)", $1.value) }
        raw(#"],"links":["#)
        list(span.links) { encoder, link in
            encoder.raw("{")
            encoder.ids(link)
            encoder.raw(#","flags":\#((link.isSampled ? 1 : 0) | 0x300)}"#)
        }
        raw("]")
        if span.droppedLinks > 0 { raw(#","droppedLinksCount":\#(span.droppedLinks)"#) }
        // 2 is STATUS_CODE_ERROR.
        if span.isError { raw(#","status":{"code":2}"#) }
        raw("}")
    }

    private mutating func ids(_ context: TraceContext) {
        raw(#""traceId":""#)
        context.appendTraceID(to: &bytes)
        raw(#"","spanId":""#)
        context.appendSpanID(to: &bytes)
        raw("\"")
    }

    private mutating func attribute(_ name: String, _ value: TraceSpan.Value) {
        raw(#"{"key":"#)
        text(name)
        switch value {
        case .text(let value):
            raw(#","value":{"stringValue":"#)
            text(value)
        case .integer(let value): raw(#","value":{"intValue":"\#(value)""#)
        }
        raw("}}")
    }

    private mutating func list<Element>(
        _ elements: [Element], _ write: (inout OTLPEncoder, Element) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(",") }
            write(&self, element)
        }
    }

    private mutating func text(_ text: String) {
        raw("\"")
        LineEscaping.append(text, to: &bytes)
        raw("\"")
    }

    private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
