import Payments
import Testing

/// One judge with a table of memories, fed record by record: what a worker does, without Kafka.
struct JudgedLog {
    /// What came of one record, taken out of the judge's buffers.
    struct Result {
        var verdict: Verdict
        var key: String
        var value: [UInt8]?
        var headers: [(name: String, value: String)]

        var text: String { String(decoding: value ?? [], as: UTF8.self) }

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    var judge: Judge
    var partitionCount: Int32 = 1
    private(set) var memories: [String: [UInt8]] = [:]
    private var offset: Int64 = 0

    init(settings: JudgeSettings = JudgeSettings(verification: .never), keys: KeyRing? = nil) {
        judge = Judge(settings: settings, keys: keys)
    }

    /// - Parameter time: the record's timestamp in milliseconds.
    mutating func send(
        _ body: [UInt8]?, headers: [(String, String?)] = [], partition: Int32 = 0, at time: Int64
    ) throws(MemoryError) -> Result {
        var receipt = ReceiptHeaders()
        for (name, value) in headers { receipt.add(name, value) }
        let place = Place(partition: partition, partitionCount: partitionCount, offset: offset)
        offset += 1
        let known = memories
        let lookUp = { (key: RawSpan, memory: inout [UInt8]) throws(MemoryError) -> Bool in
            guard let found = known[String(bytes: key)] else { return false }
            memory.append(contentsOf: found)
            return true
        }
        let timestamp = Timestamp(milliseconds: time)
        let verdict: Verdict
        if let body {
            verdict = try judge.judge(
                body: body.span.bytes, receipt: receipt, place: place, time: timestamp, memory: lookUp)
        } else {
            verdict = try judge.judge(
                body: nil, receipt: receipt, place: place, time: timestamp, memory: lookUp)
        }
        let result = take(verdict, body)
        if let memory = verdict.memory { memories[result.key] = Array(judge.bytes[memory.range]) }
        return result
    }

    mutating func send(
        _ body: String, headers: [(String, String?)] = [], partition: Int32 = 0, at time: Int64
    ) throws(MemoryError) -> Result {
        try send(Array(body.utf8), headers: headers, partition: partition, at: time)
    }

    private func take(_ verdict: Verdict, _ body: [UInt8]?) -> Result {
        let text = { (text: Text) in String(decoding: judge.bytes[text.range], as: UTF8.self) }
        let value: [UInt8]? =
            switch verdict.value {
            case .null: nil
            case .body: body
            case .written(let written): Array(judge.bytes[written.range])
            }
        return Result(
            verdict: verdict, key: text(verdict.key), value: value,
            headers: judge.headers.map { ("\($0.name)", text($0.value)) })
    }
}

extension ReceiptHeaders {
    mutating func add(_ name: String, _ value: String?) {
        let name = Array(name.utf8)
        if let value {
            let value = Array(value.utf8)
            add(name: name.span.bytes, value: value.span.bytes)
        } else {
            add(name: name.span.bytes, value: nil)
        }
    }
}

extension String {
    init(bytes: RawSpan) {
        self = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
