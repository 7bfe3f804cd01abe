extension PaymentMemory {
    /// Reads a memory into this one, whose storage is used again.
    /// - Throws: `damaged` or `version`; this memory is empty then.
    public mutating func decode(_ bytes: RawSpan) throws(MemoryError) {
        removeAll()
        var reader = MemoryReader(bytes)
        do throws(MemoryError) {
            try reader.checkFrame()
            try reader.readHead(into: &self)
            for _ in 0..<(try reader.count(upTo: MemoryFormat.mostOperations)) {
                try reader.readOperation(into: &self)
            }
            for _ in 0..<(try reader.count(upTo: MemoryFormat.mostUndated)) {
                undated.append(try reader.known(before: changedAt))
            }
            try reader.checkEnd()
        } catch {
            removeAll()
            throw error
        }
    }
}

/// Reads a memory from its bytes; `MemoryFormat` draws them. Nothing is believed before it is checked.
private struct MemoryReader: ~Escapable {
    private let bytes: RawSpan
    private var offset = 0
    /// Where the checksum begins.
    private let end: Int
    /// The currency read last, as a range of the memory's texts.
    private var currency: Text?

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
        end = max(bytes.byteCount - 4, 0)
    }

    mutating func checkFrame() throws(MemoryError) {
        let version = try byte()
        guard version == MemoryFormat.version else { throw .version(version) }
        let checksum = UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt32.self))
        guard checksum == MemoryFormat.checksum(bytes.extracting(0..<end)) else {
            throw .damaged(offset: end)
        }
    }

    func checkEnd() throws(MemoryError) {
        guard offset == end else { throw damage }
    }

    mutating func readHead(into memory: inout PaymentMemory) throws(MemoryError) {
        typealias Head = MemoryFormat.Head
        let flags = try byte()
        guard flags & ~Head.all == 0 else { throw damage }
        memory.revision = Int64(bitPattern: try number())
        memory.changedAt = Timestamp(milliseconds: try signed())
        if flags & Head.mark != 0 { memory.mark = try time(before: memory.changedAt) }
        guard flags & Head.truth != 0 else {
            guard flags & ~Head.mark == 0 else { throw damage }
            return
        }
        let asOf = try time(before: memory.changedAt)
        let isFinal = flags & Head.isFinal != 0
        let rank = PaymentMemory.Rank(date: asOf, isFinal: isFinal, operationID: try signed())
        var truth = PaymentMemory.Truth(rank: rank, statusRank: rank, sumRank: rank)
        truth.status = try status(in: StatusTable.payments, of: &memory)
        if flags & Head.statusRank != 0 { truth.statusRank = try self.rank(before: asOf) }
        truth.type = try text(of: &memory)
        truth.method = try text(of: &memory)
        if flags & Head.sum != 0 { truth.sum = try money(of: &memory) }
        if flags & Head.sumRank != 0 { truth.sumRank = try self.rank(before: asOf) }
        memory.truth = truth
    }

    mutating func readOperation(into memory: inout PaymentMemory) throws(MemoryError) {
        typealias Detail = MemoryFormat.Detail
        let id = try signed()
        let changedAt = try time(before: memory.changedAt)
        let newest = try time(before: changedAt)
        let date = try time(before: newest)
        let flags = try byte()
        guard flags & ~Detail.all == 0 else { throw damage }
        let status = try status(in: StatusTable.operations, of: &memory)
        let paymentStatus = try self.status(in: StatusTable.payments, of: &memory)
        var sums = PaymentMemory.Sums()
        if flags & Detail.initial != 0 { sums.initial = try money(of: &memory) }
        if flags & Detail.converted != 0 { sums.converted = try money(of: &memory) }
        if flags & Detail.payment != 0 { sums.payment = try money(of: &memory) }
        let requestHash = flags & Detail.request != 0 ? try word() : 0
        let start = Int32(memory.known.count)
        let count = try count(upTo: MemoryFormat.mostKnown)
        guard count > 0 else { throw damage }
        for _ in 0..<count { memory.known.append(try known(before: newest)) }
        memory.operations.append(
            PaymentMemory.Operation(
                id: id, newest: newest, changedAt: changedAt, status: status, paymentStatus: paymentStatus,
                isFinal: flags & Detail.isFinal != 0, sums: sums, date: date, requestHash: requestHash,
                known: start..<Int32(memory.known.count)))
    }

    // MARK: the parts

    private var damage: MemoryError { .damaged(offset: offset) }

    private mutating func byte() throws(MemoryError) -> UInt8 {
        guard offset < end else { throw damage }
        defer { offset += 1 }
        return bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    private mutating func number() throws(MemoryError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw damage }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
        }
        throw damage
    }

    mutating func count(upTo most: Int) throws(MemoryError) -> Int {
        let count = try number()
        guard count <= UInt64(most) else { throw damage }
        return Int(count)
    }

    private mutating func signed() throws(MemoryError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    private mutating func time(before later: Timestamp) throws(MemoryError) -> Timestamp {
        Timestamp(milliseconds: later.milliseconds &- (try signed()))
    }

    private mutating func word() throws(MemoryError) -> UInt64 {
        guard end - offset >= 8 else { throw damage }
        defer { offset += 8 }
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    mutating func known(before later: Timestamp) throws(MemoryError) -> PaymentMemory.Known {
        let fingerprint = Fingerprint(high: try word(), low: try word())
        return PaymentMemory.Known(fingerprint: fingerprint, date: try time(before: later))
    }

    private mutating func text(of memory: inout PaymentMemory) throws(MemoryError) -> Text {
        try text(length: try count(upTo: end - offset), of: &memory)
    }

    private mutating func text(length: Int, of memory: inout PaymentMemory) throws(MemoryError) -> Text {
        guard length <= end - offset else { throw damage }
        let start = Int32(memory.texts.count)
        bytes.extracting(offset..<offset + length).withUnsafeBytes { memory.texts.append(contentsOf: $0) }
        offset += length
        return Text(start: start, end: Int32(memory.texts.count))
    }

    private mutating func status(
        in table: StatusTable.LookUp, of memory: inout PaymentMemory
    ) throws(MemoryError) -> PaymentMemory.ToldStatus {
        let code = try byte()
        guard code != 0 else {
            return PaymentMemory.ToldStatus(status: .unknown, spelling: try text(of: &memory))
        }
        let status = table.status(code: code)
        guard status.isKnown else { throw damage }
        return PaymentMemory.ToldStatus(status: status, spelling: .absent)
    }

    private mutating func money(of memory: inout PaymentMemory) throws(MemoryError) -> Callback.Money {
        let amount = try signed()
        let length = try count(upTo: end - offset + 1)
        if length > 0 { currency = try text(length: length - 1, of: &memory) }
        guard let currency else { throw damage }
        return Callback.Money(amount: amount, currency: currency)
    }

    private mutating func rank(before later: Timestamp) throws(MemoryError) -> PaymentMemory.Rank {
        let date = try time(before: later)
        let isFinal = try byte()
        guard isFinal <= 1 else { throw damage }
        return PaymentMemory.Rank(date: date, isFinal: isFinal == 1, operationID: try signed())
    }
}
