import Payments

/// Judges callbacks again, with the worker's own code.
struct Court {
    /// How far the signatures are believed.
    enum Trust {
        /// As the worker is set, with today's keys.
        case configured
        /// Whatever was written: the keys of the day may be gone.
        case all
    }

    private var judge: Judge
    private var trustingJudge: Judge
    private var receipt = ReceiptHeaders()
    private let partition: Int32
    private let partitionCount: Int32

    /// - Parameter judges: makes a judge of these settings, with the keys that there are.
    init(
        _ settings: JudgeSettings, partition: Int32, partitionCount: Int32, judges: (JudgeSettings) -> Judge
    ) {
        judge = judges(settings)
        var trusting = settings
        trusting.verification = .never
        trustingJudge = judges(trusting)
        self.partition = partition
        self.partitionCount = partitionCount
    }

    /// - Parameter lookUp: as the judge's; it is not called where a decision needs no memory.
    mutating func judge(
        _ callback: borrowing LoggedRecord, _ trust: Trust,
        memory lookUp: (RawSpan, inout [UInt8]) throws(MemoryError) -> Bool
    ) throws(MemoryError) -> Judgement {
        callback.fill(&receipt)
        switch trust {
        case .configured:
            let verdict = try Self.judge(callback, &judge, receipt, place(of: callback), lookUp)
            return Judgement(verdict, of: judge, trust)
        case .all:
            let verdict = try Self.judge(callback, &trustingJudge, receipt, place(of: callback), lookUp)
            return Judgement(verdict, of: trustingJudge, trust)
        }
    }

    private func place(of callback: borrowing LoggedRecord) -> Place {
        Place(partition: partition, partitionCount: partitionCount, offset: callback.offset)
    }

    private static func judge(
        _ callback: borrowing LoggedRecord, _ judge: inout Judge, _ receipt: ReceiptHeaders, _ place: Place,
        _ lookUp: (RawSpan, inout [UInt8]) throws(MemoryError) -> Bool
    ) throws(MemoryError) -> Verdict {
        guard let value = callback.value else {
            return try judge.judge(
                body: nil, receipt: receipt, place: place, time: callback.time, memory: lookUp)
        }
        return try judge.judge(
            body: callback.bytes.span.bytes.extracting(value), receipt: receipt, place: place,
            time: callback.time, memory: lookUp)
    }
}
