// SPDX-License-Identifier: Apache-2.0
extension PaymentState {
    /// Puts the bytes of this state in place of what the array holds. The same state gives the same bytes.
    public func encode(into bytes: inout [UInt8]) {
        // Taken out and given away, so that the writer has the storage to itself and does not copy it.
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        var writer = PaymentStateWriter(ByteBuffer(reusing: consume storage))
        writer.write(self)
        bytes = writer.bytes.finish()
    }

    /// Appends the bytes of this state.
    func append(to bytes: inout ByteBuffer) {
        var buffer = ByteBuffer()
        swap(&buffer, &bytes)
        var writer = PaymentStateWriter(consume buffer)
        writer.write(self)
        bytes = writer.bytes
    }
}

/// Writes a state behind what `bytes` holds; `PaymentStateFormat` draws the bytes.
private struct PaymentStateWriter {
    private(set) var bytes: ByteBuffer
    /// The texts written last, as ranges of the state's texts.
    private var repeated = InlineArray<3, ByteRange?>(repeating: nil)

    init(_ bytes: consuming ByteBuffer) {
        self.bytes = bytes
    }

    mutating func write(_ state: borrowing PaymentState) {
        let start = bytes.count
        bytes.append(PaymentStateFormat.version)
        writeHead(state)
        write(count: state.operations.count)
        for operation in state.operations { write(operation, of: state) }
        write(count: state.undated.count)
        for seen in state.undated {
            write(seen.fingerprint)
            write(seen.date, before: state.changedAt)
        }
        bytes.appendLittleEndian(PaymentStateFormat.checksum(bytes.written(from: start)))
    }

    private mutating func writeHead(_ state: borrowing PaymentState) {
        typealias Head = PaymentStateFormat.Head
        var flags: UInt8 = 0
        if state.asOf != nil { flags |= Head.asOf }
        if state.forgottenThrough != nil { flags |= Head.mark }
        if state.forgottenLatest != nil { flags |= Head.forgottenLatest }
        if state.forgottenSum != nil { flags |= Head.forgottenSum }
        bytes.append(flags)
        bytes.appendVarint(UInt64(bitPattern: state.revision))
        write(signed: state.changedAt.milliseconds)
        if let asOf = state.asOf { write(asOf, before: state.changedAt) }
        if let mark = state.forgottenThrough { write(mark, before: state.changedAt) }
        if let latest = state.forgottenLatest { write(latest, of: state) }
        if let latest = state.forgottenSum { write(latest, of: state) }
    }

    private mutating func write(_ latest: PaymentState.LatestPayment, of state: borrowing PaymentState) {
        write(latest.date, before: state.changedAt)
        write(signed: latest.operationID)
        bytes.append(
            (latest.isFinal ? PaymentStateFormat.Latest.isFinal : 0)
                | (latest.sum == nil ? 0 : PaymentStateFormat.Latest.sum))
        write(latest.status, of: state)
        if let sum = latest.sum { write(sum, of: state) }
        write(latest.type, as: .type, of: state)
        write(latest.method, as: .method, of: state)
    }

    private mutating func write(_ operation: PaymentState.Operation, of state: borrowing PaymentState) {
        typealias Flag = PaymentStateFormat.Operation
        write(signed: operation.id)
        write(operation.changedAt, before: state.changedAt)
        write(operation.newest, before: operation.changedAt)
        var flags: UInt8 = 0
        for slot in PaymentState.Slot.allCases where operation[slot] != nil {
            flags |= Flag.published << UInt8(slot.rawValue)
        }
        if operation.isClosed { flags |= Flag.isClosed }
        if operation.forgottenThrough != nil { flags |= Flag.mark }
        bytes.append(flags)
        if let mark = operation.forgottenThrough { write(mark, before: operation.newest) }
        for slot in PaymentState.Slot.allCases {
            if let published = operation[slot] { write(published, before: operation.newest, of: state) }
        }
        write(count: operation.seen.count)
        for index in operation.seen {
            let seen = state.seen[Int(index)]
            let slot = PaymentState.Slot.allCases.first { operation[$0]?.fingerprint == seen.fingerprint }
            bytes.appendVarint(slot.map { UInt64($0.rawValue + 1) } ?? 0)
            if slot == nil { write(seen.fingerprint) }
            write(seen.date, before: operation.newest)
        }
    }

    private mutating func write(
        _ published: PaymentState.PublishedCallback, before newest: Timestamp,
        of state: borrowing PaymentState
    ) {
        typealias Flag = PaymentStateFormat.Published
        let sums = published.sums
        var flags: UInt8 = published.requestHash != 0 ? Flag.request : 0
        if sums.initial != nil { flags |= Flag.initial }
        if sums.converted != nil { flags |= Flag.converted }
        if sums.payment != nil { flags |= Flag.payment }
        if sums.real != nil { flags |= Flag.real }
        if sums.refund != nil { flags |= Flag.refund }
        if published.hasInheritedStatus { flags |= Flag.inheritedStatus }
        if published.hasInheritedSum { flags |= Flag.inheritedSum }
        write(published.date, before: newest)
        bytes.append(flags)
        write(published.fingerprint)
        write(published.status, of: state)
        write(published.paymentStatus, of: state)
        if let sum = sums.initial { write(sum, of: state) }
        if let sum = sums.converted { write(sum, of: state) }
        if let sum = sums.payment { write(sum, of: state) }
        if let sum = sums.real { write(sum, of: state) }
        if let sum = sums.refund { write(sum, of: state) }
        if published.requestHash != 0 { bytes.appendLittleEndian(published.requestHash) }
        write(published.paymentType, as: .type, of: state)
        write(published.paymentMethod, as: .method, of: state)
    }

    // MARK: the parts

    private mutating func write(count: Int) {
        bytes.appendVarint(UInt64(count))
    }

    private mutating func write(signed number: Int64) {
        bytes.appendVarint(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    // Wraps around like the reader's sum, so that any two times can be written.
    private mutating func write(_ time: Timestamp, before later: Timestamp) {
        write(signed: later.milliseconds &- time.milliseconds)
    }

    private mutating func write(_ fingerprint: Fingerprint) {
        bytes.appendLittleEndian(fingerprint.high)
        bytes.appendLittleEndian(fingerprint.low)
    }

    private mutating func write(_ status: PaymentState.PublishedStatus, of state: borrowing PaymentState) {
        bytes.append(status.status.code)
        guard !status.status.isKnown else { return }
        write(count: status.spelling.count)
        bytes.append(status.spelling, of: state.texts.span)
    }

    private mutating func write(_ sum: Callback.Money, of state: borrowing PaymentState) {
        write(signed: sum.amount)
        write(sum.currency, as: .currency, of: state)
    }

    private mutating func write(
        _ text: ByteRange, as kind: PaymentStateFormat.Repeated, of state: borrowing PaymentState
    ) {
        if let last = repeated[kind.rawValue], state.areEqual(last, text) { return bytes.append(0) }
        write(count: text.count + 1)
        bytes.append(text, of: state.texts.span)
        repeated[kind.rawValue] = text
    }
}

extension PaymentState {
    /// Puts the checksum that fits at the end of bytes that a test made up.
    package static func seal(_ bytes: inout [UInt8]) {
        guard bytes.count >= 4 else { return }
        bytes.removeLast(4)
        let checksum = PaymentStateFormat.checksum(bytes.span.bytes)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
