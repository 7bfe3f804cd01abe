// SPDX-License-Identifier: Apache-2.0

/// Walks an event in the order of the contract and hands each field to an encoder. A text goes from the
/// callback's bytes, or the payment state's, straight into the encoder's.
struct EventWriter<Encoder: EventEncoder> {
    private var encoder: Encoder
    /// The count of the encoder's bytes at which the event is too large.
    private let end: Int

    /// - Parameter limit: the most bytes of the event without its `source` and `trust`. A container with free
    ///   keys repeats its name on each line, so that an event may have hundreds of times the bytes of its
    ///   callback: such lines are left out as soon as the event is too large.
    init(_ encoder: consuming Encoder, limit: Int) {
        end = encoder.count + limit
        self.encoder = encoder
    }

    private var isWithinLimit: Bool { encoder.count <= end }

    consuming func write(
        _ event: Event, of callback: borrowing Callback, in state: borrowing PaymentState,
        topic: Span<UInt8>, receipt: Span<UInt8>
    ) -> (encoder: Encoder, isWithinLimit: Bool) {
        let bytes = callback.bytes.span
        encoder.write(.id) { event.appendID(callback, to: &$0) }
        encoder.write(.type, event.type.name)
        encoder.write(.projectID, callback.projectID)
        if !callback.payment.id.isEmpty { writePayment(callback, state) }
        if callback.isDated { writeOperation(callback, isSuperseded: event.isSuperseded) }
        if !callback.customerID.isEmpty {
            encoder.begin(.customer)
            encoder.write(CustomerField.id, callback.customerID, of: bytes)
            encoder.end()
        }
        if let action = callback.action { writeAction(action, of: bytes) }
        if callback.shape == .token { writeToken(callback.token, of: bytes) }
        writeRequest(callback.request, of: bytes)
        if callback.shape == .recurring { writeRecurring(callback.recurring, of: bytes) }
        if !callback.errors.isEmpty { writeMap(.errors, callback.errors, of: bytes) }
        if let previous = event.previous { writePrevious(previous, state) }
        encoder.write(.revision, state.revision)
        writeTime(.occurredAt, event.occurredAt(callback))
        encoder.write(.receivedAt, event.receivedAt, .milliseconds)
        let isWithinLimit = isWithinLimit
        writeOrigin(event, topic: topic, receipt: receipt)
        return (encoder, isWithinLimit)
    }

    /// The payment's latest status and amount where an operation reported them; else those of this callback.
    private mutating func writePayment(_ callback: borrowing Callback, _ state: borrowing PaymentState) {
        let bytes = callback.bytes.span
        let payment = callback.payment
        encoder.begin(.payment)
        encoder.write(PaymentField.id, payment.id, of: bytes)
        if let latest = state.latest {
            let texts = state.texts.span
            write(PaymentField.type, latest.type, of: texts)
            write(PaymentField.method, latest.method, of: texts)
            write(latest.status, PaymentField.status, PaymentField.statusClass, of: texts)
            if let sum = latest.sum { writeAmount(sum, of: texts) }
            write(PaymentField.description, payment.description, of: bytes)
            if let asOf = state.asOf { writeTime(PaymentField.asOf, asOf) }
        } else {
            write(PaymentField.type, payment.type, of: bytes)
            write(PaymentField.method, payment.method, of: bytes)
            let status = Status.payment(bytes.extracting(payment.status.range))
            let published = PaymentState.PublishedStatus(status: status, spelling: payment.status)
            write(published, PaymentField.status, PaymentField.statusClass, of: bytes)
            if let sum = payment.sum { writeAmount(sum, of: bytes) }
            write(PaymentField.description, payment.description, of: bytes)
        }
        encoder.end()
    }

    private mutating func writeAmount(_ sum: Callback.Money, of bytes: Span<UInt8>) {
        encoder.write(PaymentField.amount, sum.amount)
        write(PaymentField.currency, sum.currency, of: bytes)
        if let exponent = Currency.exponent(of: bytes.extracting(sum.currency.range)) {
            encoder.write(PaymentField.exponent, Int64(exponent))
        }
    }

    private mutating func writeOperation(_ callback: borrowing Callback, isSuperseded: Bool) {
        let bytes = callback.bytes.span
        let operation = callback.operation
        let status = Status.operation(bytes.extracting(operation.status.range))
        let published = PaymentState.PublishedStatus(status: status, spelling: operation.status)
        encoder.begin(.operation)
        encoder.write(OperationField.id, operation.id)
        write(OperationField.type, operation.type, of: bytes)
        write(published, OperationField.status, OperationField.statusClass, of: bytes)
        write(OperationField.requestID, operation.requestID, of: bytes)
        write(OperationField.code, operation.code, of: bytes)
        write(OperationField.message, operation.message, of: bytes)
        write(OperationField.eci, operation.eci, of: bytes)
        if let createdDate = operation.createdDate { writeTime(OperationField.createdAt, createdDate) }
        writeTime(OperationField.updatedAt, operation.date)
        write(OperationField.sumInitial, operation.sumInitial, of: bytes)
        write(OperationField.sumConverted, operation.sumConverted, of: bytes)
        writeProvider(operation.provider, of: bytes)
        if isSuperseded { encoder.writeTrue(OperationField.superseded) }
        encoder.end()
    }

    private mutating func writeProvider(_ provider: Callback.Provider, of bytes: Span<UInt8>) {
        let date = Timestamp(bytes.extracting(provider.date.range).bytes)
        let isAbsent =
            provider.id.isEmpty && provider.paymentID.isEmpty && provider.authCode.isEmpty
            && provider.endpointID.isEmpty && date == nil
        if isAbsent { return }
        encoder.begin(OperationField.provider)
        write(ProviderField.id, provider.id, of: bytes)
        write(ProviderField.paymentID, provider.paymentID, of: bytes)
        write(ProviderField.authCode, provider.authCode, of: bytes)
        write(ProviderField.endpointID, provider.endpointID, of: bytes)
        if let date { writeTime(ProviderField.date, date) }
        encoder.end()
    }

    /// `method`, `url` and the lines below `body` are separate, since they are what a merchant needs
    /// to send the customer on; every other line is a field by its path.
    private mutating func writeAction(_ action: borrowing Callback.Action, of bytes: Span<UInt8>) {
        var hasBody = false
        var hasFields = false
        encoder.begin(.action)
        encoder.write(ActionField.kind, action.kind.name)
        for line in action.lines {
            switch ActionLine(line.path, of: action.kind, in: bytes) {
            case .method: write(ActionField.method, line.value, of: bytes)
            case .url, .body, .field: continue
            }
        }
        for line in action.lines {
            switch ActionLine(line.path, of: action.kind, in: bytes) {
            case .method: continue
            case .url: write(ActionField.url, line.value, of: bytes)
            case .body: hasBody = true
            case .field: hasFields = true
            }
        }
        if hasBody { writeActionMap(ActionField.body, action, of: bytes) }
        if hasFields { writeActionMap(ActionField.fields, action, of: bytes) }
        encoder.end()
    }

    private mutating func writeActionMap(
        _ field: EventField, _ action: borrowing Callback.Action, of bytes: Span<UInt8>
    ) {
        encoder.beginMap(field)
        for index in action.lines.indices where isWithinLimit {
            guard let line = Callback.Line(distinct: index, of: action.lines, in: bytes) else { continue }
            switch ActionLine(line.path, of: action.kind, in: bytes) {
            case .body(let path) where field.number == ActionField.body.number:
                encoder.writeEntry(field, path: path, value: line.value, of: bytes)
            case .field where field.number == ActionField.fields.number:
                if line.path.isEmpty {
                    // The container is one text: it goes by the container's name.
                    encoder.writeEntry(field, path: action.kind.name, value: line.value, of: bytes)
                } else {
                    encoder.writeEntry(field, path: line.path, value: line.value, of: bytes)
                }
            default: continue
            }
        }
        encoder.endMap()
    }

    private mutating func writeToken(_ token: Callback.Token, of bytes: Span<UInt8>) {
        encoder.begin(.token)
        write(TokenField.token, token.token, of: bytes)
        write(TokenField.status, token.status, of: bytes)
        if let createdAt = Timestamp(bytes.extracting(token.createdAt.range).bytes) {
            writeTime(TokenField.createdAt, createdAt)
        }
        encoder.end()
    }

    /// The merchant's request that a token or errors answer.
    private mutating func writeRequest(_ request: Callback.Request, of bytes: Span<UInt8>) {
        if request.id.isEmpty, request.action.isEmpty, request.status.isEmpty { return }
        encoder.begin(.request)
        write(RequestField.id, request.id, of: bytes)
        write(RequestField.action, request.action, of: bytes)
        write(RequestField.status, request.status, of: bytes)
        encoder.end()
    }

    private mutating func writeRecurring(_ recurring: Callback.Recurring, of bytes: Span<UInt8>) {
        encoder.begin(.recurring)
        write(RecurringField.id, recurring.id, of: bytes)
        write(RecurringField.status, recurring.status, of: bytes)
        write(RecurringField.type, recurring.type, of: bytes)
        write(RecurringField.currency, recurring.currency, of: bytes)
        if let validThru = Timestamp(bytes.extracting(recurring.validThru.range).bytes) {
            encoder.write(RecurringField.validThru) { $0.append(validThru, validThru.publishedPrecision) }
        } else {
            // Not a moment in UTC, such as the month of a card's end: as sent.
            write(RecurringField.validThru, recurring.validThru, of: bytes)
        }
        write(RecurringField.expiryYear, recurring.expiryYear, of: bytes)
        write(RecurringField.expiryMonth, recurring.expiryMonth, of: bytes)
        write(RecurringField.period, recurring.period, of: bytes)
        write(RecurringField.time, recurring.time, of: bytes)
        write(RecurringField.interval, recurring.interval, of: bytes)
        encoder.end()
    }

    private mutating func writePrevious(
        _ previous: PaymentState.PublishedCallback, _ state: borrowing PaymentState
    ) {
        let texts = state.texts.span
        encoder.begin(.previous)
        write(previous.status, PreviousField.status, PreviousField.statusClass, of: texts)
        write(
            previous.paymentStatus, PreviousField.paymentStatus, PreviousField.paymentStatusClass, of: texts)
        write(PreviousField.paymentSum, previous.sums.payment, of: texts)
        write(PreviousField.sumInitial, previous.sums.initial, of: texts)
        write(PreviousField.sumConverted, previous.sums.converted, of: texts)
        writeTime(PreviousField.updatedAt, previous.date)
        encoder.end()
    }

    private mutating func writeOrigin(_ event: Event, topic: Span<UInt8>, receipt: Span<UInt8>) {
        encoder.begin(.source)
        encoder.write(SourceField.topic, ByteRange(start: 0, end: Int32(topic.count)), of: topic)
        encoder.write(SourceField.partition, Int64(event.position.partition))
        encoder.write(SourceField.offset, event.position.offset)
        encoder.end()
        if event.signatureRule == nil, event.releasedBy.isEmpty { return }
        encoder.begin(.trust)
        if let rule = event.signatureRule {
            encoder.write(TrustField.keyID, event.keyID, of: receipt)
            encoder.write(TrustField.signatureRule, rule.name)
        }
        write(TrustField.releasedBy, event.releasedBy, of: receipt)
        if let origin = event.origin { encoder.write(TrustField.origin, origin.name) }
        encoder.end()
    }

    // MARK: the parts

    private mutating func write(_ field: EventField, _ text: ByteRange, of bytes: Span<UInt8>) {
        if !text.isEmpty { encoder.write(field, text, of: bytes) }
    }

    private mutating func write(
        _ published: PaymentState.PublishedStatus, _ status: EventField, _ statusClass: EventField,
        of bytes: Span<UInt8>
    ) {
        if published.isAbsent { return }
        if let spelling = published.status.spelling {
            encoder.write(status, spelling)
        } else {
            encoder.write(status, published.spelling, of: bytes)
        }
        encoder.write(statusClass, published.status.statusClass.name)
    }

    private mutating func write(_ field: EventField, _ sum: Callback.Money?, of bytes: Span<UInt8>) {
        guard let sum else { return }
        encoder.begin(field)
        encoder.write(SumField.amount, sum.amount)
        write(SumField.currency, sum.currency, of: bytes)
        if let exponent = Currency.exponent(of: bytes.extracting(sum.currency.range)) {
            encoder.write(SumField.exponent, Int64(exponent))
        }
        encoder.end()
    }

    private mutating func writeMap(_ field: EventField, _ lines: [Callback.Line], of bytes: Span<UInt8>) {
        encoder.beginMap(field)
        for index in lines.indices where isWithinLimit {
            guard let line = Callback.Line(distinct: index, of: lines, in: bytes) else { continue }
            encoder.writeEntry(field, path: line.path, value: line.value, of: bytes)
        }
        encoder.endMap()
    }

    private mutating func writeTime(_ field: EventField, _ time: Timestamp) {
        encoder.write(field, time, time.publishedPrecision)
    }
}
