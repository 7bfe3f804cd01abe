// SPDX-License-Identifier: Apache-2.0

/// What is written for each verdict, and with which headers.
extension RecordProcessor {
    /// The record of an event; nil where the event is larger than `event.max_bytes`. What was written of it
    /// is then without meaning.
    mutating func publish(
        _ event: Event, of callback: borrowing Callback, _ outcome: Outcome,
        _ receipt: borrowing ReceiptHeaders
    ) -> RecordOutput? {
        var output = RecordOutput(decision: outcome.decision, reason: outcome.decision.name)
        output.key = append(key)
        let start = Int32(buffer.count)
        // Taken out and given away: without `consume` the variable keeps a reference, and the encoder's first
        // byte copies the whole buffer.
        var taken = ByteBuffer()
        swap(&taken, &buffer)
        let isWithinLimit: Bool
        switch settings.encoding {
        case .json:
            let written = EventWriter(
                JSONEventEncoder(appendingTo: consume taken), limit: settings.output.eventBytes
            ).write(
                event, of: callback, in: state, topic: constants.topicName.span, receipt: receipt.bytes.span)
            isWithinLimit = written.isWithinLimit
            buffer = written.encoder.finish()
        case .protobuf:
            let written = EventWriter(
                ProtobufEventEncoder(appendingTo: consume taken), limit: settings.output.eventBytes
            ).write(
                event, of: callback, in: state, topic: constants.topicName.span, receipt: receipt.bytes.span)
            isWithinLimit = written.isWithinLimit
            buffer = written.encoder.finish()
        }
        guard isWithinLimit else { return nil }
        output.value = .written(ByteRange(start: start, end: Int32(buffer.count)))

        header(RecordHeader.specVersion, constants.specVersion)
        header(RecordHeader.eventID) { event.appendID(callback, to: &$0) }
        header(RecordHeader.eventType) { $0.append(event.type.name) }
        header(RecordHeader.eventSource, constants.source)
        header(RecordHeader.eventSubject, output.key)
        let occurredAt = event.occurredAt(callback)
        if callback.isDated { output.date = occurredAt }
        header(RecordHeader.eventTime) { $0.append(occurredAt, occurredAt.publishedPrecision) }
        header(RecordHeader.contentType, constants.contentType)
        if let dataSchema = constants.dataSchema { header(RecordHeader.dataSchema, dataSchema) }
        if let schemaID = constants.schemaID { header(RecordHeader.schemaID, schemaID) }
        // It belongs to the record, so a replay writes the same bytes.
        if let traceparent = receipt.traceparentRange {
            header(Receipt.Header.traceparent) { $0.append(traceparent, of: receipt.bytes.span) }
        }
        return output
    }

    mutating func review(
        _ decision: Decision, _ reasons: [Reason], of body: RawSpan, _ receipt: borrowing ReceiptHeaders,
        _ record: Record
    ) -> RecordOutput {
        var output = RecordOutput(decision: decision, reason: reasons.first?.rule.label ?? decision.name)
        output.key = append(key)
        header(RecordHeader.reason) { $0.append(decision.name) }
        for reason in reasons {
            header(RecordHeader.rule) { $0.append(reason.rule.label) }
            if !reason.path.isEmpty { header(RecordHeader.path) { $0.append(reason.path) } }
        }
        output.value = value(of: body)
        writeOrigin(record, receipt)
        return output
    }

    /// The body, where it is not larger than a published value may be. Otherwise a header says that it was
    /// left out: the origin, which follows, is where it can be read.
    private mutating func value(of body: RawSpan) -> RecordOutput.Value {
        guard body.byteCount > settings.output.eventBytes else { return .body }
        let size = Int64(body.byteCount)
        header(RecordHeader.bodyOmitted) { $0.appendDecimal(size) }
        return .null
    }

    mutating func deadLetter(
        _ cause: DeadLetterCause, of body: RawSpan?, _ receipt: borrowing ReceiptHeaders, _ record: Record
    ) -> RecordOutput {
        var output = RecordOutput(decision: .deadLetter, reason: cause.errorClass)
        output.key = append(key)
        header(RecordHeader.stage) { $0.append(cause.stage) }
        header(RecordHeader.errorClass) { $0.append(cause.errorClass) }
        if case .unreadable(let error) = cause {
            header(RecordHeader.errorOffset) { $0.appendDecimal(Int64(error.offset)) }
        }
        if let body { output.value = value(of: body) }
        writeOrigin(record, receipt)
        return output
    }

    /// Where the record is, and the receipt that it came with: enough to put it back as it was.
    private mutating func writeOrigin(_ record: Record, _ receipt: borrowing ReceiptHeaders) {
        header(RecordHeader.originTopic, constants.topic)
        header(RecordHeader.originPartition) { $0.appendDecimal(Int64(record.position.partition)) }
        header(RecordHeader.originOffset) { $0.appendDecimal(record.position.offset) }
        header(RecordHeader.originTimestamp) { $0.appendDecimal(record.time.milliseconds) }
        for field in ReceiptHeaders.Field.allCases {
            guard let value = receipt.values[field.rawValue] else { continue }
            header(field.name) { $0.append(value, of: receipt.bytes.span) }
        }
    }

    private mutating func header(_ name: StaticString, _ value: ByteRange) {
        headers.append(RecordOutputHeader(name: name, value: value))
    }

    private mutating func header(_ name: StaticString, making make: (inout ByteBuffer) -> Void) {
        let start = Int32(buffer.count)
        make(&buffer)
        header(name, ByteRange(start: start, end: Int32(buffer.count)))
    }

    mutating func append(_ key: [UInt8]) -> ByteRange {
        let start = Int32(buffer.count)
        buffer.append(key.span.bytes)
        return ByteRange(start: start, end: Int32(buffer.count))
    }

    /// What the settings say once for all records, at the head of `bytes`.
    struct Constants {
        /// The buffer of a record processor that has checked nothing yet.
        let head: ByteBuffer
        let topic: ByteRange
        /// The name at `topic`, automatically.
        let topicName: [UInt8]
        let source: ByteRange
        let specVersion: ByteRange
        let contentType: ByteRange
        let dataSchema: ByteRange?
        let schemaID: ByteRange?

        init(_ settings: ProcessorSettings) {
            var head = ByteBuffer()
            func add(_ text: String) -> ByteRange {
                let start = Int32(head.count)
                head.append(text)
                return ByteRange(start: start, end: Int32(head.count))
            }
            topicName = Array(settings.topics[.callbacks].utf8)
            topic = add(settings.topics[.callbacks])
            source = add(settings.source)
            specVersion = add("1.0")
            contentType = add("\(settings.encoding.contentType)")
            dataSchema = settings.dataSchema.map(add)
            schemaID = settings.schemaID.map { id in
                let start = Int32(head.count)
                head.append(id.headerValue(settings.encoding).span.bytes)
                return ByteRange(start: start, end: Int32(head.count))
            }
            self.head = head
        }
    }
}
