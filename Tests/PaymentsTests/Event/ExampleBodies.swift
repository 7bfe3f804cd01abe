// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bodies of callbacks for the examples, laid out as the platform's documentation has them.
enum ExampleBodies {
    /// An operation's callback. Dates are seconds after the hour of the examples.
    struct Purchase {
        var paymentID = "payment_47"
        var operationID: Int64 = 3_157_000_013_487
        var type = "sale"
        var status = "success"
        var paymentStatus: String?
        var amount: Int64 = 10_000
        var paymentAmount: Int64?
        var currency = "USD"
        var second: Int64 = 0
        var request = "1a23456bc7890de"
        var code = "0"
        var message = "Success"
        var customer = "customer_123"
        /// Members behind `operation`, with a comma before each.
        var more = ""
        /// The member that holds the project and will hold the signature.
        var project = #""project_id": 1234"#

        var body: String {
            """
            {
              \(project),
              "payment": {
                "id": "\(paymentID)",
                "type": "purchase",
                "status": "\(paymentStatus ?? status)",
                "date": "\(ExampleBodies.date(second))",
                "method": "Banks Cambodia",
                "sum": {
                  "amount": \(paymentAmount ?? amount),
                  "currency": "\(currency)"
                },
                "description": ""
              },
              "customer": {
                "id": "\(customer)"
              },
              "operation": {
                "id": \(operationID),
                "type": "\(type)",
                "status": "\(status)",
                "date": "\(ExampleBodies.date(second))",
                "created_date": "\(ExampleBodies.date(-40))",
                "request_id": "\(request)",
                "sum_initial": {
                  "amount": \(amount),
                  "currency": "\(currency)"
                },
                "sum_converted": {
                  "amount": \(amount),
                  "currency": "\(currency)"
                },
                "code": "\(code)",
                "message": "\(message)",
                "provider": {
                  "id": 12345,
                  "payment_id": "123abc123-123",
                  "auth_code": ""
                }
              }\(more)
            }
            """
        }
    }

    /// The platform's spelling of a date.
    static func date(_ second: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(Example.hour + second)))
    }

    static func awaiting(_ status: String, _ more: String) -> Purchase {
        Purchase(status: status, code: "9999", message: "Awaiting processing", more: ",\n  " + more)
    }

    static let transaction = """
        {
          "project_id": 1234,
          "request_id": "1a23456bc7890de",
          "transaction": {
            "id": 3157000013490,
            "date": "\(date(0))",
            "type": "sale"
          },
          "payment": {
            "id": "payment_48",
            "status": "success",
            "method": "card",
            "date": "\(date(0))",
            "result_code": "0",
            "result_message": "Success"
          },
          "sum_request": {
            "amount": 1000,
            "currency": "EUR"
          },
          "sum_real": {
            "amount": 1000,
            "currency": "EUR"
          },
          "operations": [
            {
              "id": 3157000013490,
              "type": "sale",
              "status": "success",
              "request_id": "1a23456bc7890de"
            }
          ],
          "customer": {
            "id": "customer_123"
          }
        }
        """

    static let transactionRefund = """
        {
          "project_id": 1234,
          "request_id": "refund-request-2",
          "transaction": {
            "id": 3157000013490,
            "date": "\(date(0))",
            "type": "purchase"
          },
          "payment": {
            "id": "payment_48",
            "status": "partially refunded",
            "method": "card"
          },
          "sum_real": {
            "amount": 1000,
            "currency": "EUR"
          },
          "sum_refund": {
            "amount": 250,
            "currency": "EUR"
          },
          "operations": [
            {
              "id": 3157000013490,
              "type": "sale",
              "status": "success",
              "date": "\(date(0))"
            },
            {
              "id": 3157000013501,
              "type": "refund",
              "status": "success",
              "date": "\(date(60))",
              "request_id": "refund-request-2",
              "sum_initial": {
                "amount": 250,
                "currency": "EUR"
              }
            }
          ]
        }
        """

    static let token = """
        {
          "general": {
            "project_id": 1234
          },
          "request": {
            "id": "token-request-1",
            "action": "tokenize",
            "status": "success"
          },
          "token": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
          "token_status": "active",
          "token_created_at": "\(date(-1))",
          "card": {
            "number": "431422******0056",
            "holder": "JOHN DOE"
          }
        }
        """

    static let recurring = """
        {
          "project_id": 1234,
          "request_id": "recurring-request-1",
          "recurring": {
            "id": 321,
            "status": "cancelled",
            "type": "Y",
            "currency": "USD",
            "valid_thru": "2027-12-01T00:00:00+0000",
            "exp_year": "2027",
            "exp_month": "12",
            "period": "M",
            "time": "10",
            "interval": "1"
          }
        }
        """

    static let redirectOnly = """
        {
          "project_id": 1234,
          "payment": {
            "id": "payment_49"
          },
          "redirectData": {
            "method": "POST",
            "url": "https://bank.example/pay",
            "body": {
              "PaReq": "eJxVUd1y0+8=",
              "MD": "123"
            },
            "encrypted": []
          }
        }
        """

    static let refused = """
        {
          "project_id": 1234,
          "payment": {
            "id": "payment_50",
            "status": "error"
          },
          "errors": [
            {
              "code": 2004,
              "message": "Payment method is not available",
              "field": "payment.method",
              "description": "Method banks-cambodia is off for project 1234"
            }
          ]
        }
        """
}
