extension PaymentMemory {
    /// Puts the bytes of this memory in place of what the array holds. The same memory gives the same bytes.
    public func encode(into bytes: inout [UInt8]) {
        // Taken out and put back, so that the writer has the storage to itself.
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        var writer = MemoryWriter(ByteBuffer(reusing: storage))
        writer.write(self)
        bytes = writer.bytes.finish()
    }

    /// Appends the bytes of this memory.
    func append(to bytes: inout ByteBuffer) {
        var buffer = ByteBuffer()
        swap(&buffer, &bytes)
        var writer = MemoryWriter(buffer)
        writer.write(self)
        bytes = writer.bytes
    }
}

/// Writes a memory behind what `bytes` holds; `MemoryFormat` draws the bytes.
private struct MemoryWriter {
    private(set) var bytes: ByteBuffer
    /// The currency written last, as a range of the memory's texts.
    private var currency: Text?

    init(_ bytes: consuming ByteBuffer) {
        self.bytes = bytes
    }

    mutating func write(_ memory: borrowing PaymentMemory) {
        let start = bytes.count
        bytes.append(MemoryFormat.version)
        writeHead(memory)
        write(count: memory.operations.count)
        for operation in memory.operations { write(operation, of: memory) }
        write(count: memory.undated.count)
        for known in memory.undated { write(known, before: memory.changedAt) }
        bytes.appendLittleEndian(MemoryFormat.checksum(bytes.written(from: start)))
    }

    private mutating func writeHead(_ memory: borrowing PaymentMemory) {
        typealias Head = MemoryFormat.Head
        var flags: UInt8 = memory.mark == nil ? 0 : Head.mark
        if let truth = memory.truth {
            flags |= Head.truth
            if truth.rank.isFinal { flags |= Head.isFinal }
            if truth.statusRank != truth.rank { flags |= Head.statusRank }
            if truth.sum != nil { flags |= Head.sum }
            if truth.sumRank != truth.rank { flags |= Head.sumRank }
        }
        bytes.append(flags)
        write(number: UInt64(bitPattern: memory.revision))
        write(signed: memory.changedAt.milliseconds)
        if let mark = memory.mark { write(mark, before: memory.changedAt) }
        guard let truth = memory.truth else { return }
        write(truth.rank.date, before: memory.changedAt)
        write(signed: truth.rank.operationID)
        write(truth.status, of: memory)
        if truth.statusRank != truth.rank { write(truth.statusRank, before: truth.rank.date) }
        write(truth.type, of: memory)
        write(truth.method, of: memory)
        if let sum = truth.sum { write(sum, of: memory) }
        if truth.sumRank != truth.rank { write(truth.sumRank, before: truth.rank.date) }
    }

    private mutating func write(_ operation: PaymentMemory.Operation, of memory: borrowing PaymentMemory) {
        typealias Detail = MemoryFormat.Detail
        write(signed: operation.id)
        write(operation.changedAt, before: memory.changedAt)
        write(operation.newest, before: operation.changedAt)
        write(operation.date, before: operation.newest)
        var flags: UInt8 = operation.isFinal ? Detail.isFinal : 0
        if operation.sums.initial != nil { flags |= Detail.initial }
        if operation.sums.converted != nil { flags |= Detail.converted }
        if operation.sums.payment != nil { flags |= Detail.payment }
        if operation.requestHash != 0 { flags |= Detail.request }
        bytes.append(flags)
        write(operation.status, of: memory)
        write(operation.paymentStatus, of: memory)
        if let sum = operation.sums.initial { write(sum, of: memory) }
        if let sum = operation.sums.converted { write(sum, of: memory) }
        if let sum = operation.sums.payment { write(sum, of: memory) }
        if operation.requestHash != 0 { write(word: operation.requestHash) }
        write(count: operation.known.count)
        for index in operation.known { write(memory.known[Int(index)], before: operation.newest) }
    }

    // MARK: the parts

    private mutating func write(number: UInt64) {
        bytes.appendVarint(number)
    }

    private mutating func write(count: Int) {
        write(number: UInt64(count))
    }

    private mutating func write(signed number: Int64) {
        write(number: UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    // Wraps around like the reader's sum, so that any two times can be written.
    private mutating func write(_ time: Timestamp, before later: Timestamp) {
        write(signed: later.milliseconds &- time.milliseconds)
    }

    private mutating func write(word: UInt64) {
        bytes.appendLittleEndian(word)
    }

    private mutating func write(_ known: PaymentMemory.Known, before later: Timestamp) {
        write(word: known.fingerprint.high)
        write(word: known.fingerprint.low)
        write(known.date, before: later)
    }

    private mutating func write(_ text: Text, of memory: borrowing PaymentMemory) {
        write(count: text.count)
        bytes.append(text, of: memory.texts.span)
    }

    private mutating func write(_ status: PaymentMemory.ToldStatus, of memory: borrowing PaymentMemory) {
        bytes.append(status.status.code)
        if !status.status.isKnown { write(status.spelling, of: memory) }
    }

    private mutating func write(_ sum: Callback.Money, of memory: borrowing PaymentMemory) {
        write(signed: sum.amount)
        if let currency, memory.areEqual(currency, sum.currency) {
            bytes.append(0)
        } else {
            write(count: sum.currency.count + 1)
            bytes.append(sum.currency, of: memory.texts.span)
            currency = sum.currency
        }
    }

    private mutating func write(_ rank: PaymentMemory.Rank, before later: Timestamp) {
        write(rank.date, before: later)
        bytes.append(rank.isFinal ? 1 : 0)
        write(signed: rank.operationID)
    }
}

extension PaymentMemory {
    /// Puts the checksum that fits at the end of bytes that a test made up.
    package static func seal(_ bytes: inout [UInt8]) {
        guard bytes.count >= 4 else { return }
        bytes.removeLast(4)
        let checksum = MemoryFormat.checksum(bytes.span.bytes)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
