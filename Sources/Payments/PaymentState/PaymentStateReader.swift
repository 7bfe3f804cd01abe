// SPDX-License-Identifier: Apache-2.0
extension PaymentState {
    /// The format of the bytes that this version reads and writes.
    public static var format: UInt8 { PaymentStateFormat.version }

    /// The format of a state's bytes where it is another one; nil where it is this version's, or there are no
    /// bytes.
    public static func otherFormat(of bytes: RawSpan) -> UInt8? {
        guard bytes.byteCount > 0 else { return nil }
        let format = bytes.unsafeLoad(as: UInt8.self)
        return format == PaymentStateFormat.version ? nil : format
    }

    /// Whether a sweep may pass over a state without decoding it, which was 3 % of a worker's CPU.
    ///
    /// True for a payment with one operation, as most have, where neither that nor the whole has expired;
    /// false also where it takes more reading to know.
    public static func isUnexpired(
        _ bytes: RawSpan, at time: Timestamp, settings: DeduplicationSettings
    ) -> Bool {
        var reader = PaymentStateReader(bytes)
        do { return try reader.isUnexpired(at: time, settings) } catch { return false }
    }

    /// Reads a state into this one, whose storage is reused.
    /// - Throws: `damaged` or `version`; this state is empty then.
    public mutating func decode(_ bytes: RawSpan) throws(PaymentStateError) {
        removeAll()
        var reader = PaymentStateReader(bytes)
        do throws(PaymentStateError) {
            try reader.checkFrame()
            try reader.readHead(into: &self)
            for _ in 0..<(try reader.count(upTo: PaymentStateFormat.mostOperations)) {
                try reader.readOperation(into: &self)
            }
            for _ in 0..<(try reader.count(upTo: PaymentStateFormat.mostUndated)) {
                let fingerprint = try reader.fingerprint()
                let date = try reader.time(before: changedAt)
                undated.append(SeenCallback(fingerprint: fingerprint, date: date))
            }
            try reader.checkEnd()
        } catch {
            removeAll()
            throw error
        }
    }
}

/// Reads a state from its bytes; `PaymentStateFormat` draws them. Nothing is believed before it is checked.
private struct PaymentStateReader: ~Escapable {
    private let bytes: RawSpan
    private var offset = 0
    /// Where the checksum begins.
    private let end: Int
    /// The texts read last, as ranges of the state's texts.
    private var repeated = InlineArray<3, ByteRange?>(repeating: nil)

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
        end = max(bytes.byteCount - 4, 0)
    }

    mutating func checkFrame() throws(PaymentStateError) {
        let version = try byte()
        guard version == PaymentStateFormat.version else { throw .version(version) }
        let checksum = UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt32.self))
        guard checksum == PaymentStateFormat.checksum(bytes.extracting(0..<end)) else {
            throw .damaged(offset: end)
        }
    }

    func checkEnd() throws(PaymentStateError) {
        guard offset == end else { throw damage }
    }

    mutating func readHead(into state: inout PaymentState) throws(PaymentStateError) {
        typealias Head = PaymentStateFormat.Head
        let flags = try flags(of: Head.all)
        state.revision = Int64(bitPattern: try number())
        state.changedAt = Timestamp(milliseconds: try signed())
        if flags & Head.asOf != 0 { state.asOf = try time(before: state.changedAt) }
        if flags & Head.mark != 0 { state.forgottenThrough = try time(before: state.changedAt) }
        if flags & Head.forgottenLatest != 0 { state.forgottenLatest = try latest(of: &state) }
        if flags & Head.forgottenSum != 0 { state.forgottenSum = try latest(of: &state) }
    }

    mutating func isUnexpired(
        at time: Timestamp, _ settings: DeduplicationSettings
    ) throws(PaymentStateError) -> Bool {
        typealias Head = PaymentStateFormat.Head
        guard try byte() == PaymentStateFormat.version else { return false }
        let flags = try flags(of: Head.asOf | Head.mark)
        _ = try number()
        let changedAt = Timestamp(milliseconds: try signed())
        if flags & Head.asOf != 0 { _ = try signed() }
        if flags & Head.mark != 0 { _ = try signed() }
        guard time < changedAt.advanced(by: settings.summaryRetentionMilliseconds), try number() == 1 else {
            return false
        }
        _ = try signed()
        return try self.time(before: changedAt) > time.advanced(by: -settings.windowMilliseconds)
    }

    private mutating func latest(
        of state: inout PaymentState
    ) throws(PaymentStateError) -> PaymentState.LatestPayment {
        let date = try time(before: state.changedAt)
        let operationID = try signed()
        let latestFlags = try flags(of: PaymentStateFormat.Latest.all)
        let status = try status(in: StatusTable.payments, of: &state)
        let sum = latestFlags & PaymentStateFormat.Latest.sum != 0 ? try money(of: &state) : nil
        return PaymentState.LatestPayment(
            date: date, isFinal: latestFlags & PaymentStateFormat.Latest.isFinal != 0,
            operationID: operationID,
            status: status, sum: sum, type: try text(as: .type, of: &state),
            method: try text(as: .method, of: &state))
    }

    mutating func readOperation(into state: inout PaymentState) throws(PaymentStateError) {
        typealias Flag = PaymentStateFormat.Operation
        let id = try signed()
        let changedAt = try time(before: state.changedAt)
        let newest = try time(before: changedAt)
        let flags = try flags(of: Flag.all)
        guard flags & Flag.anyPublished != 0 else { throw damage }
        let start = Int32(state.seen.count)
        var operation = PaymentState.Operation(
            id: id, newest: newest, changedAt: changedAt, seen: start..<start)
        operation.isClosed = flags & Flag.isClosed != 0
        if flags & Flag.mark != 0 { operation.forgottenThrough = try time(before: newest) }
        for slot in PaymentState.Slot.allCases where flags & Flag.published << UInt8(slot.rawValue) != 0 {
            operation[slot] = try published(before: newest, of: &state)
        }
        let count = try count(upTo: PaymentStateFormat.mostSeen)
        guard count > 0 else { throw damage }
        for _ in 0..<count {
            let fingerprint = try fingerprint(of: operation)
            let date = try time(before: newest)
            state.seen.append(PaymentState.SeenCallback(fingerprint: fingerprint, date: date))
        }
        operation.seen = start..<Int32(state.seen.count)
        state.operations.append(operation)
    }

    private mutating func published(
        before newest: Timestamp, of state: inout PaymentState
    ) throws(PaymentStateError) -> PaymentState.PublishedCallback {
        typealias Flag = PaymentStateFormat.Published
        let date = try time(before: newest)
        let flags = try byte()
        let fingerprint = try fingerprint()
        let status = try status(in: StatusTable.operations, of: &state)
        let paymentStatus = try self.status(in: StatusTable.payments, of: &state)
        var sums = PaymentState.Sums()
        if flags & Flag.initial != 0 { sums.initial = try money(of: &state) }
        if flags & Flag.converted != 0 { sums.converted = try money(of: &state) }
        if flags & Flag.payment != 0 { sums.payment = try money(of: &state) }
        if flags & Flag.real != 0 { sums.real = try money(of: &state) }
        if flags & Flag.refund != 0 { sums.refund = try money(of: &state) }
        let requestHash = flags & Flag.request != 0 ? try word() : 0
        return PaymentState.PublishedCallback(
            date: date, fingerprint: fingerprint, requestHash: requestHash, status: status,
            paymentStatus: paymentStatus, sums: sums, paymentType: try text(as: .type, of: &state),
            paymentMethod: try text(as: .method, of: &state),
            hasInheritedStatus: flags & Flag.inheritedStatus != 0,
            hasInheritedSum: flags & Flag.inheritedSum != 0)
    }

    private mutating func fingerprint(
        of operation: PaymentState.Operation
    ) throws(PaymentStateError) -> Fingerprint {
        let place = try count(upTo: PaymentState.Slot.allCases.count)
        guard place > 0 else { return try fingerprint() }
        guard let published = operation.published[place - 1] else { throw damage }
        return published.fingerprint
    }

    // MARK: the parts

    private var damage: PaymentStateError { .damaged(offset: offset) }

    private mutating func byte() throws(PaymentStateError) -> UInt8 {
        guard offset < end else { throw damage }
        defer { offset += 1 }
        return bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    private mutating func flags(of all: UInt8) throws(PaymentStateError) -> UInt8 {
        let flags = try byte()
        guard flags & ~all == 0 else { throw damage }
        return flags
    }

    private mutating func number() throws(PaymentStateError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw damage }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
        }
        throw damage
    }

    mutating func count(upTo most: Int) throws(PaymentStateError) -> Int {
        let count = try number()
        guard count <= UInt64(most) else { throw damage }
        return Int(count)
    }

    private mutating func signed() throws(PaymentStateError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func time(before later: Timestamp) throws(PaymentStateError) -> Timestamp {
        Timestamp(milliseconds: later.milliseconds &- (try signed()))
    }

    private mutating func word() throws(PaymentStateError) -> UInt64 {
        guard end - offset >= 8 else { throw damage }
        defer { offset += 8 }
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    mutating func fingerprint() throws(PaymentStateError) -> Fingerprint {
        Fingerprint(high: try word(), low: try word())
    }

    private mutating func text(
        as kind: PaymentStateFormat.Repeated, of state: inout PaymentState
    ) throws(PaymentStateError) -> ByteRange {
        let length = try count(upTo: end - offset + 1)
        if length > 0 { repeated[kind.rawValue] = try text(length: length - 1, of: &state) }
        guard let text = repeated[kind.rawValue] else { throw damage }
        return text
    }

    private mutating func text(length: Int, of state: inout PaymentState) throws(PaymentStateError)
        -> ByteRange
    {
        guard length <= end - offset else { throw damage }
        let start = Int32(state.texts.count)
        bytes.extracting(offset..<offset + length).withUnsafeBytes { state.texts.append(contentsOf: $0) }
        offset += length
        return ByteRange(start: start, end: Int32(state.texts.count))
    }

    private mutating func status(
        in table: StatusTable.LookUp, of state: inout PaymentState
    ) throws(PaymentStateError) -> PaymentState.PublishedStatus {
        let code = try byte()
        guard code != 0 else {
            let spelling = try text(length: try count(upTo: end - offset), of: &state)
            return PaymentState.PublishedStatus(status: .unknown, spelling: spelling)
        }
        let status = table.status(code: code)
        guard status.isKnown else { throw damage }
        return PaymentState.PublishedStatus(status: status, spelling: .absent)
    }

    private mutating func money(of state: inout PaymentState) throws(PaymentStateError) -> Callback.Money {
        let amount = try signed()
        return Callback.Money(amount: amount, currency: try text(as: .currency, of: &state))
    }
}
