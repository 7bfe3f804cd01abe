// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Payments

/// A callback that was held for review or set aside as a dead letter.
public struct Item: Sendable {
    /// Which topic it is on, and why.
    public enum Kind: Sendable, Equatable {
        case review([ReviewFinding])
        case deadLetter(stage: String, errorClass: String, errorOffset: Int64?)
    }

    /// The record of the callbacks topic: what an item is named by.
    public var callback: CallbackPosition
    public var kind: Kind
    /// The timestamp of the callback's record.
    public var receivedAt: Timestamp
    /// Empty where the callback has none.
    public var key: [UInt8]
    /// What was done about it; nil while it is open.
    public var resolution: Resolution?

    public var isOpen: Bool { resolution == nil }

    /// `PARTITION:OFFSET` of the callback, as commands name items.
    public var name: String { "\(callback.partition):\(callback.offset)" }

    /// Why it is there: decisions of the contract, or the class of the error.
    public var reason: String {
        switch kind {
        case .review(let findings): findings.first.map { "\($0.decision.name)" } ?? "unknown"
        case .deadLetter(_, let errorClass, _): errorClass
        }
    }

    /// What a filter may name it by: its decisions, the rules of its findings, or the class of the error.
    var reasons: Set<String> {
        var names: Set = [reason]
        if case .review(let findings) = kind {
            for finding in findings {
                names.insert("\(finding.decision.name)")
                if let rule = finding.rule { names.insert(rule.rawValue) }
            }
        }
        return names
    }

    /// Reads an item from its record.
    /// - Returns: nil for a record that no worker wrote so.
    init?(_ record: LoggedRecord, on topic: Topic) {
        guard let origin = OutputHeader.origin(of: record), let partition = Int32(exactly: origin.partition)
        else { return nil }
        callback = CallbackPosition(
            topic: String(decoding: origin.topic, as: UTF8.self), partition: partition,
            offset: origin.offset)
        receivedAt =
            record.number(of: RecordHeader.originTimestamp).map { Timestamp(milliseconds: $0) }
            ?? record.time
        key = record.keyBytes.map { Array($0) } ?? []
        switch topic {
        case .review:
            guard let decision = OutputHeader.decision(of: record) else { return nil }
            kind = .review(ReviewFinding.findings(of: decision, in: record.texts))
        case .deadLetter:
            guard let stage = record.text(of: RecordHeader.stage),
                let errorClass = record.text(of: RecordHeader.errorClass)
            else { return nil }
            kind = .deadLetter(
                stage: stage, errorClass: errorClass,
                errorOffset: record.number(of: RecordHeader.errorOffset))
        case .callbacks, .status, .changelog: return nil
        }
    }
}

extension ReviewFinding {
    /// The findings that the headers of a review record name: each rule, with the path that follows it.
    static func findings(
        of decision: Decision, in headers: [(name: String, value: String)]
    ) -> [ReviewFinding] {
        var findings: [ReviewFinding] = []
        for (name, value) in headers {
            if name == "\(RecordHeader.rule)" {
                findings.append(ReviewFinding(decision, Reason.Rule(rawValue: value)))
            } else if name == "\(RecordHeader.path)", !findings.isEmpty {
                findings[findings.count - 1].path = value
            }
        }
        return findings.isEmpty ? [ReviewFinding(decision)] : findings
    }
}

extension LoggedRecord {
    /// The headers as texts; one without a value is an empty one.
    fileprivate var texts: [(name: String, value: String)] {
        headers.map { header in
            (
                String(decoding: bytes[header.name], as: UTF8.self),
                header.value.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
            )
        }
    }
}
