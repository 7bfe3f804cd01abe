// SPDX-License-Identifier: Apache-2.0

/// Makes the callback of a text that is clear, or says what it lacks.
///
/// A shape is made only when it is whole; half of one is an unknown shape, never a guess.
struct CallbackBuilder {
    let lines: SignedLines
    let findings: ScannedFields

    func make(_ outline: CallbackOutline, project: Int64?) -> Reading {
        do throws(Reason) {
            return .clear(try callback(outline, project: project))
        } catch {
            return .unknownShape([error])
        }
    }

    private func callback(_ outline: CallbackOutline, project: Int64?) throws(Reason) -> Callback {
        // Most bodies of no shape are a payment without its operation.
        guard let shape = outline.shape else { throw Reason(.incomplete, "\(Field.operationID.path)") }
        guard let project else { throw Reason(.incomplete, "\(Field.projectID.path)") }
        var callback = Callback(bytes: lines.bytes, shape: shape, projectID: project)
        callback.payment = payment
        callback.customerID = findings[.customerID]
        callback.unreadLines = findings.unread
        switch shape {
        case .operation:
            try need(.operationID)
            try need(.operationStatus)
            try need(.paymentID)
            try need(.operationDate)
            callback.operation = try operation(id: .operationID, date: .operationDate)
        case .transaction:
            try need(.transactionID)
            try need(.paymentID)
            try need(.paymentStatus)
            callback.operation = try operationOfTransaction()
            callback.sumReal = money(.realAmount, .realCurrency)
            callback.sumRefund = money(.refundAmount, .refundCurrency)
        case .token:
            try need(.token)
            try need(.tokenStatus)
            try need(.requestStatus)
            callback.token = Callback.Token(
                token: findings[.token], status: findings[.tokenStatus], createdAt: findings[.tokenCreatedAt])
            callback.request = request
            callback.errors = freeLines(of: .requestErrors)
        case .recurring:
            try need(.recurringID)
            try need(.recurringStatus)
            callback.recurring = recurring
            callback.request = requestOrLast
        case .redirect:
            try need(.paymentID)
            callback.request = requestOrLast
        case .errors:
            try need(.paymentID)
            callback.request = requestOrLast
            callback.errors = freeLines(of: .errors)
        }
        if let container = outline.action, let kind = container.actionKind {
            callback.action = Callback.Action(kind: kind, lines: freeLines(of: container))
        }
        return callback
    }

    private func need(_ field: Field) throws(Reason) {
        if findings[field].isEmpty { throw Reason(.incomplete, "\(field.path)") }
    }
}

extension CallbackBuilder {
    private func operation(id: Field, date: Field) throws(Reason) -> Callback.Operation {
        let bytes = lines.bytes.span
        var operation = Callback.Operation()
        // That it is digits the number rule has seen to.
        guard let number = Digits.number(bytes, findings[id]) else { throw Reason(.identifier, "\(id.path)") }
        operation.id = number
        guard let moment = timestamp(date) else { throw Reason(.date, "\(date.path)") }
        operation.date = moment
        operation.createdDate = timestamp(.operationCreatedDate)
        operation.type = findings[.operationType]
        operation.status = findings[.operationStatus]
        operation.requestID = findings[.operationRequestID]
        operation.code = findings[.operationCode]
        operation.message = findings[.operationMessage]
        operation.eci = findings[.operationECI]
        operation.sumInitial = money(.initialAmount, .initialCurrency)
        operation.sumConverted = money(.convertedAmount, .convertedCurrency)
        operation.provider = Callback.Provider(
            id: findings[.providerID], paymentID: findings[.providerPaymentID],
            authCode: findings[.providerAuthCode], endpointID: findings[.providerEndpointID],
            date: findings[.providerDate])
        return operation
    }

    /// The operation in the transaction format: the newest entry of `operations[]` (its fields are in the
    /// operation's places already), else the transaction. What it leaves out is the root's and the payment's.
    /// The sums of the transaction are only those of the operation that is the transaction.
    private func operationOfTransaction() throws(Reason) -> Callback.Operation {
        let hasEntry = !findings[.operationID].isEmpty
        let isTransaction =
            !hasEntry
            || lines.bytes.span.areEqual(findings[.operationID], findings[.transactionID])
        let hasOwnDate = !findings[.operationDate].isEmpty
        if !hasOwnDate { try need(.transactionDate) }
        var operation = try operation(
            id: hasEntry ? .operationID : .transactionID, date: hasOwnDate ? .operationDate : .transactionDate
        )
        if operation.status.isEmpty { operation.status = findings[.paymentStatus] }
        if operation.requestID.isEmpty { operation.requestID = findings[.lastRequestID] }
        if operation.code.isEmpty { operation.code = findings[.paymentResultCode] }
        if operation.message.isEmpty { operation.message = findings[.paymentResultMessage] }
        guard isTransaction else { return operation }
        if operation.type.isEmpty { operation.type = findings[.transactionType] }
        operation.sumInitial = operation.sumInitial ?? money(.requestedAmount, .requestedCurrency)
        operation.sumConverted = operation.sumConverted ?? money(.realAmount, .realCurrency)
        return operation
    }

    private var payment: Callback.Payment {
        Callback.Payment(
            id: findings[.paymentID], type: findings[.paymentType], method: findings[.paymentMethod],
            status: findings[.paymentStatus], description: findings[.paymentDescription],
            sum: money(.paymentAmount, .paymentCurrency))
    }

    private var request: Callback.Request {
        Callback.Request(
            id: findings[.requestID], action: findings[.requestAction], status: findings[.requestStatus])
    }

    private var requestOrLast: Callback.Request {
        var request = request
        if request.id.isEmpty { request.id = findings[.lastRequestID] }
        return request
    }

    private var recurring: Callback.Recurring {
        Callback.Recurring(
            id: findings[.recurringID], status: findings[.recurringStatus], type: findings[.recurringType],
            currency: findings[.recurringCurrency], validThru: findings[.recurringValidThru],
            expiryYear: findings[.recurringExpiryYear], expiryMonth: findings[.recurringExpiryMonth],
            period: findings[.recurringPeriod], time: findings[.recurringTime],
            interval: findings[.recurringInterval])
    }

    /// An amount without a currency, or a currency without an amount, is not money: published as missing.
    private func money(_ amount: Field, _ currency: Field) -> Callback.Money? {
        guard !findings[currency].isEmpty, let number = Digits.number(lines.bytes.span, findings[amount])
        else { return nil }
        return Callback.Money(amount: number, currency: findings[currency])
    }

    private func timestamp(_ field: Field) -> Timestamp? {
        Timestamp(lines.bytes.span.extracting(findings[field].range).bytes)
    }

    /// The lines below a container, in the natural order of their paths; of equal paths in that of their
    /// values.
    private func freeLines(of container: Container) -> [Callback.Line] {
        let bytes = lines.bytes.span
        var cut: [Callback.Line] = []
        for line in findings.free where line.container == container {
            cut.append(FreePath.cut(bytes, from: Int(line.text.start), to: Int(line.text.end)))
        }
        cut.sort { left, right in
            if PathOrder.natural.isLess(left.path, right.path, in: bytes) { return true }
            if PathOrder.natural.isLess(right.path, left.path, in: bytes) { return false }
            return PathOrder.bytes.isLess(left.value, right.value, in: bytes)
        }
        return cut
    }
}
