// SPDX-License-Identifier: Apache-2.0
import Payments
import TestSupport

/// The callbacks of a run: a few payments with a few operations each, in and out of order, repeated,
/// contradicted, unreadable or in the wrong partition, over seconds or over years. Some are ambiguous, and
/// some come again as a person released them, whether they were held for what the release accepts or not.
struct ModelHistory {
    private var remaining: Int
    private var time: Int64 = 1_790_000_000_000
    private var past: [ModelRecord] = []
    private var processor = RecordProcessor(settings: Simulation.processorSettings, keys: nil)
    private static let statuses = ["processing", "awaiting 3ds result", "success", "decline"]
    /// How far the clock of the platform's system that sets each status is off, in milliseconds.
    private let clocks: [Int64]
    /// The records of each partition as they were appended, for the check.
    private(set) var appended = 0

    /// - Parameter count: how many callbacks; nil for a random number.
    init(_ random: inout SeededRandom, count: Int? = nil) {
        remaining = count ?? 10 + random.below(60)
        clocks = Self.statuses.map { _ in Int64(random.below(120_001)) - 60_000 }
    }

    var hasMore: Bool { remaining > 0 }

    mutating func append(to broker: ModelBroker, _ random: inout SeededRandom) {
        guard remaining > 0 else { return }
        remaining -= 1
        time += Int64(random.below(5_000))
        if random.isOne(in: 20) { time += Int64(1 + random.below(40)) * 86_400_000 }
        if random.isOne(in: 100) { time += 401 * 86_400_000 }
        var record = next(&random)
        if record.headers.isEmpty { record.time = time }
        var partition = Int32(random.below(Int(broker.partitionCount)))
        if let key = key(of: record), !random.isOne(in: 40) {
            partition = Int32(Murmur2.partition(of: key.span.bytes, count: Int(broker.partitionCount)))
        }
        broker.partition(.callbacks, partition).append(record)
        appended += 1
    }

    private mutating func next(_ random: inout SeededRandom) -> ModelRecord {
        if !past.isEmpty, random.isOne(in: 3) { return past[random.below(past.count)] }
        if !past.isEmpty, random.isOne(in: 6) { return release(&random) }
        switch random.below(40) {
        case 0: return ModelRecord(key: nil, value: nil)
        case 1: return ModelRecord(key: nil, value: Array("{\"not\": json".utf8))
        case 2: return ModelRecord(key: nil, value: Array("{\"project_id\": 7, \"thing\": {}}".utf8))
        default: break
        }
        var record = ModelRecord(key: nil, value: Array(body(&random).utf8))
        past.append(record)
        past[past.count - 1].time = time
        record.time = time
        return record
    }

    /// A released record has the time of the first one.
    private func release(_ random: inout SeededRandom) -> ModelRecord {
        var record = past[random.below(past.count)]
        let accepted = ["conflict", "stale", "future", "ambiguous link payment_amount"].filter { _ in
            random.isOne(in: 2)
        }
        var bytes: [UInt8] = []
        Timestamp(milliseconds: time).append(to: &bytes, .milliseconds)
        let moment = String(decoding: bytes, as: UTF8.self)
        for (name, value) in [
            ("by", "anna"), ("at", moment), ("from", "payments.callbacks.v1/0/0"),
        ] {
            record.headers["tidings-released-\(name)"] = Array(value.utf8)
        }
        record.headers["tidings-release-reason"] = Array("checked".utf8)
        // One that accepts nothing is malformed.
        record.headers["tidings-release-accepts"] = Array(accepted.joined(separator: ", ").utf8)
        return record
    }

    private func body(_ random: inout SeededRandom) -> String {
        let payment = random.below(5)
        let operation = payment * 10 + random.below(3)
        let system = random.below(Self.statuses.count)
        let status = Self.statuses[system]
        let date = Timestamp(milliseconds: time + clocks[system] - Int64(random.below(90_000)))
        return CallbackFixture(
            payment: "order_\(payment)", operation: operation, status: status, date: date,
            request: "r\(random.below(3))", amount: 1000 + random.below(2),
            extra: random.isOne(in: 12) ? ",\"payment_amount\":1000" : ""
        ).text
    }

    /// The key under which the record processor files a record, which says where it belongs.
    private mutating func key(of record: ModelRecord) -> [UInt8]? {
        let output = record.processed(
            by: &processor, at: RecordPosition(partition: 0, offset: 0), of: 1
        ) { _, _ in false }
        return output.key.isEmpty ? nil : Array(processor.bytes[output.key.range])
    }
}

extension ModelRecord {
    /// What the record processor makes of this record of the callbacks topic.
    func processed(
        by processor: inout RecordProcessor, at position: RecordPosition, of partitionCount: Int32,
        state: (_ key: RawSpan, _ state: inout [UInt8]) -> Bool
    ) -> RecordOutput {
        var receipt = ReceiptHeaders()
        for (name, value) in headers {
            receipt.add(name: Array(name.utf8).span.bytes, value: value.span.bytes)
        }
        do throws(PaymentStateError) {
            return try processor.process(
                body: value?.span.bytes, receipt: receipt, position: position,
                partitionCount: partitionCount, time: Timestamp(milliseconds: time)
            ) { (key, bytes) throws(PaymentStateError) in state(key, &bytes) }
        } catch {
            preconditionFailure("the state of a test is whole: \(error)")
        }
    }

    /// The record that a verdict asks for.
    init(_ output: RecordOutput, of processor: borrowing RecordProcessor, body: [UInt8]?) {
        self.init()
        if !output.key.isEmpty { key = Array(processor.bytes[output.key.range]) }
        switch output.value {
        case .null: value = nil
        case .body: value = body
        case .written(let text): value = Array(processor.bytes[text.range])
        }
        for header in processor.headers {
            headers["\(header.name)"] = Array(processor.bytes[header.value.range])
        }
    }
}
