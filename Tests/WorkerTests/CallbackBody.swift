import Payments

/// The body of an ordinary callback, as far as a worker without keys looks at it.
struct CallbackBody {
    var payment: String
    var operation: Int
    var status: String
    var date: Timestamp
    var request = "r1"
    var amount = 1000
    /// Further members, each with a comma before it.
    var extra = ""

    /// The partition key of project 42's payment.
    var key: String { "42:\(payment)" }

    var text: String {
        """
        {"project_id":42,"payment":{"id":"\(payment)","type":"purchase","status":"\(status)","method":"card",\
        "sum":{"amount":\(amount),"currency":"USD"},"description":"a thing"},\
        "operation":{"id":\(operation),"type":"sale","status":"\(status)","date":"\(platformDate(date))",\
        "created_date":"\(platformDate(date))","request_id":"\(request)",\
        "sum_initial":{"amount":1000,"currency":"USD"},"sum_converted":{"amount":1000,"currency":"USD"},\
        "code":"0","message":"Success","provider":{"id":1,"payment_id":"p","auth_code":""}}\(extra),\
        "signature":"\(String(repeating: "A", count: 86))=="}
        """
    }
}

/// A date as the platform writes it: `2026-09-21T10:00:00+0000`.
func platformDate(_ time: Timestamp) -> String {
    var days = time.seconds / 86_400
    let seconds = time.seconds % 86_400
    // Howard Hinnant's days-to-civil, for dates after 1970.
    days += 719_468
    let era = days / 146_097
    let day = days - era * 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let yearDay = day - (365 * year + year / 4 - year / 100)
    let month = (5 * yearDay + 2) / 153
    let monthNumber = month < 10 ? month + 3 : month - 9
    let fullYear = year + era * 400 + (monthNumber <= 2 ? 1 : 0)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(fullYear)-\(two(monthNumber))-\(two(yearDay - (153 * month + 2) / 5 + 1))T"
        + "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))+0000"
}
