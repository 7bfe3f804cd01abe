// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// One difference between what was published and what the rules and settings of today derive.
public struct ReplayDifference: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Both are there, with other bytes.
        case differs
        /// Derived and not published.
        case missing
        /// Published and not derived.
        case unexpected
    }

    public var kind: Kind
    public var partition: Int32
    /// The callback's offset.
    public var callback: Int64?
    public var decision: Decision?
    public var topic: Topic
    /// Of the published record.
    public var offset: Int64?
    public var key: [UInt8]?
    /// Where the two differ: a field's path or `header NAME`.
    public var fields: [(path: String, published: String?, derived: String?)] = []
}

extension ReplayDifference {
    /// Of a record that nothing derives; nil for other faults. What is missing or differs comes with its
    /// bytes as an `OutputFault`.
    init?(_ fault: Fault) {
        guard case .unexpected = fault.kind, let topic = fault.topic else { return nil }
        self.init(
            kind: .unexpected, partition: fault.partition, callback: fault.callback,
            decision: fault.decision, topic: topic, offset: fault.offset, key: fault.key)
    }

    /// Of an output that is missing or differs; nil where it is not known what is due.
    init?(_ fault: OutputFault) {
        switch fault {
        case .missing(let output, _):
            self.init(.missing, output)
            let derived = OutputFields(output.value, of: output.topic)
            fields = OutputFields.differences(OutputFields(nil, of: output.topic), derived)
        case .differs(let output, let record):
            self.init(.differs, output)
            offset = record.offset
            fields = Self.fields(output, record)
        case .missingUnknown, .confirmed: return nil
        }
    }

    private init(_ kind: Kind, _ output: DerivedOutput) {
        self.init(
            kind: kind, partition: output.partition, callback: output.callback, decision: output.decision,
            topic: output.topic, key: output.key)
    }

    private static func fields(
        _ output: DerivedOutput, _ record: LoggedRecord
    ) -> [(path: String, published: String?, derived: String?)] {
        var fields: [(path: String, published: String?, derived: String?)] = []
        let key = record.keyBytes.map { Array($0) }
        if key != output.key {
            fields.append(
                ("key", key.map { String(escaping: $0) }, output.key.map { String(escaping: $0) }))
        }
        fields += OutputFields.differences(
            OutputFields(record.valueBytes.map { Array($0) }, of: output.topic),
            OutputFields(output.value, of: output.topic))
        var headers = record.headers.map { header in
            (
                name: String(decoding: record.bytes[header.name], as: UTF8.self),
                value: header.value.map { String(escaping: record.bytes[$0]) }
            )
        }
        if record.isReplayed { headers.removeLast() }
        for header in output.headers {
            let value = String(escaping: header.value)
            if let index = headers.firstIndex(where: { $0.name == header.name && $0.value == value }) {
                headers.remove(at: index)
                continue
            }
            let index = headers.firstIndex { $0.name == header.name }
            fields.append(("header \(header.name)", index.flatMap { headers[$0].value }, value))
            if let index { headers.remove(at: index) }
        }
        for header in headers { fields.append(("header \(header.name)", header.value ?? "", nil)) }
        return fields.isEmpty ? [("order of headers", nil, nil)] : fields
    }

    /// One JSON object on a line.
    public var json: [UInt8] {
        JSONWriter.line { writer in
            writer.member("kind", kind.rawValue)
            writer.member("partition", partition)
            writer.member("callback_offset", callback)
            writer.member("decision", decision.map { "\($0.name)" })
            writer.member("topic", topic.outputName)
            writer.member("offset", offset)
            writer.member("key", key.map { String(decoding: $0, as: UTF8.self) })
            writer.members("fields", fields) { field, writer in
                writer.member("path", field.path)
                writer.member("published", field.published)
                writer.member("derived", field.derived)
            }
        }
    }

    /// One difference for a person.
    public var text: String {
        var text = "\(kind.rawValue) partition \(partition)"
        if let callback { text += " callback \(callback)" }
        if let decision { text += " (\(decision.name))" }
        if let key { text += " of \(String(escaping: key))" }
        text += ": \(topic.outputName) record"
        if let offset { text += " \(offset)" }
        for field in fields where kind == .differs {
            let published = field.published.map { String(escaping: $0.utf8) } ?? "absent"
            let derived = field.derived.map { String(escaping: $0.utf8) } ?? "absent"
            text += "\n  \(field.path): published \(published), derived \(derived)"
        }
        return text + "\n"
    }
}
