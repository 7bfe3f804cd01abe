/// Bodies of callbacks for the model, by what matters to a decision.
struct CallbackBody {
    var payment = "order_1"
    var operation = 47
    var type = "sale"
    var status = "success"
    var paymentStatus = "success"
    var request = "r1"
    var amount = 10_000
    /// Seconds since 1970.
    var date: Int64 = ModelTime.start

    var text: String {
        """
        {"project_id":1234,"payment":{"id":"\(payment)","type":"purchase","status":"\(paymentStatus)",\
        "date":"\(ModelTime.text(date))","method":"card","sum":{"amount":\(amount),"currency":"USD"},\
        "description":"An order"},"customer":{"id":"c1"},"operation":{"id":\(operation),"type":"\(type)",\
        "status":"\(status)","date":"\(ModelTime.text(date))","created_date":"\(ModelTime.text(date - 60))",\
        "request_id":"\(request)","sum_initial":{"amount":\(amount),"currency":"USD"},\
        "sum_converted":{"amount":\(amount),"currency":"USD"},"code":"0","message":"Success",\
        "provider":{"id":1,"payment_id":"p-1","auth_code":""}},"signature":"x"}
        """
    }

    func with(_ change: (inout CallbackBody) -> Void) -> CallbackBody {
        var copy = self
        change(&copy)
        return copy
    }
}
