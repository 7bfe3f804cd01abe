// SPDX-License-Identifier: Apache-2.0
import Payments

/// A callback for tests, by what matters to a decision.
struct CallbackDraft {
    var shape = Callback.Shape.operation
    var project: Int64 = 1234
    var payment = "order_314"
    var paymentType = "purchase"
    var paymentMethod = "card"
    var paymentStatus = "success"
    var paymentSum: (amount: Int64, currency: String)? = (10_000, "USD")
    var operation: Int64 = 3_157_000_013_487
    var type = "sale"
    var status = "success"
    var request = "r1"
    var code = "0"
    /// Seconds.
    var date: Int64 = 0
    var initial: (amount: Int64, currency: String)? = (10_000, "USD")
    var converted: (amount: Int64, currency: String)? = (10_000, "USD")
    var action: (kind: Callback.Action.Kind, lines: [(String, String)])?
    var errors: [(String, String)] = []
    var token = ""
    var recurring = ""

    func with(_ change: (inout CallbackDraft) -> Void) -> CallbackDraft {
        var copy = self
        change(&copy)
        return copy
    }

    var callback: Callback {
        var texts = Texts()
        var callback = Callback(bytes: [], shape: shape, projectID: project)
        callback.payment.id = texts.add(payment)
        callback.payment.type = texts.add(paymentType)
        callback.payment.method = texts.add(paymentMethod)
        callback.payment.status = texts.add(paymentStatus)
        callback.payment.sum = texts.add(paymentSum)
        callback.operation.id = operation
        callback.operation.type = texts.add(type)
        callback.operation.status = texts.add(status)
        callback.operation.requestID = texts.add(request)
        callback.operation.code = texts.add(code)
        callback.operation.date = Timestamp(seconds: date)
        callback.operation.sumInitial = texts.add(initial)
        callback.operation.sumConverted = texts.add(converted)
        callback.token.token = texts.add(token)
        callback.token.status = texts.add(status)
        callback.request.id = texts.add(request)
        callback.recurring.id = texts.add(recurring)
        callback.recurring.status = texts.add(status)
        callback.action = action.map { Callback.Action(kind: $0.kind, lines: texts.add($0.lines)) }
        callback.errors = texts.add(errors)
        callback.bytes = texts.bytes
        return callback
    }

    private struct Texts {
        var bytes: [UInt8] = []

        mutating func add(_ text: String) -> ByteRange {
            let start = Int32(bytes.count)
            bytes += Array(text.utf8)
            return ByteRange(start: start, end: Int32(bytes.count))
        }

        mutating func add(_ sum: (amount: Int64, currency: String)?) -> Callback.Money? {
            sum.map { Callback.Money(amount: $0.amount, currency: add($0.currency)) }
        }

        mutating func add(_ lines: [(String, String)]) -> [Callback.Line] {
            lines.map { Callback.Line(path: add($0.0), value: add($0.1)) }
        }
    }
}
