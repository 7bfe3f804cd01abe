// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// A redrive before it is done: the record that it would write, or why it would not.
public struct RedrivePlan: Sendable {
    public enum Step: Sendable, Equatable {
        /// It would be written again; a worker would decide so.
        case redrive(Decision)
        case refuse(Refusal)
    }

    /// Why a dead letter is not redriven.
    public enum Refusal: Sendable, Equatable {
        /// It would become a dead letter of the same kind again: the cause is still there.
        case sameError(String)
        /// It was redriven as often as a callback may be.
        case tooManyAttempts
        /// The callbacks topic does not have it any more.
        case callbackGone
        /// The record has no body.
        case noBody

        /// What refusals are counted by.
        public var name: String {
            switch self {
            case .sameError(let name): name
            case .tooManyAttempts: "too-many-attempts"
            case .callbackGone: "callback-gone"
            case .noBody: "null-value"
            }
        }

        /// One clause for a person.
        public var clause: String {
            switch self {
            case .sameError(let name): "it would be a dead letter again (\(name))"
            case .tooManyAttempts: "it was redriven \(RedrivePlan.mostAttempts) times"
            case .callbackGone: "the callbacks topic does not have it any more"
            case .noBody: "it has no body"
            }
        }
    }

    /// How often a callback may be redriven.
    public static let mostAttempts = 3

    public var item: Item
    public var step: Step
    /// Which redrive of the callback it would be.
    public var attempt: Int
    let record: RepeatedRecord?

    init(
        of item: Item, _ callback: LoggedRecord?, by name: String, at time: Timestamp,
        _ previewer: Previewer
    ) throws(RecoveryError) {
        self.item = item
        let attempt = (callback.flatMap { RepeatedCallback($0)?.attempt } ?? 0) + 1
        self.attempt = attempt
        guard let callback else {
            (step, record) = (.refuse(.callbackGone), nil)
            return
        }
        guard callback.value != nil else {
            (step, record) = (.refuse(.noBody), nil)
            return
        }
        guard attempt <= Self.mostAttempts else {
            (step, record) = (.refuse(.tooManyAttempts), nil)
            return
        }
        var record = RepeatedRecord(callback, dropping: RepeatedRecord.redriveHeaders)
        record.add(RecordHeader.redrivenBy, name)
        record.add(RecordHeader.redrivenAt, time.text)
        record.add(RecordHeader.redrivenFrom, item.callback.text)
        record.add(RecordHeader.redrivenAttempt, "\(attempt)")
        // Whether a record can be read does not depend on the state of its payment.
        let preview = try previewer.preview(record, in: item.callback.partition, state: nil)
        self.record = record
        step =
            preview.decision == .deadLetter
            ? .refuse(.sameError(preview.reason)) : .redrive(preview.decision)
    }
}
