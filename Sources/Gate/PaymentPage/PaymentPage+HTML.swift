// SPDX-License-Identifier: Apache-2.0
public import WebClient

/// The page as HTML.
extension PaymentPage {
    /// A page with a form that posts the signed parameters to Payment Page. It loads nothing and runs no
    /// script.
    ///
    /// - Parameter page: the address of Payment Page.
    public func html(_ page: WebAddress) -> String {
        let inputs = fields.map { field in
            "      <input type=\"hidden\" name=\"\(HTMLText.escape(field.name))\" "
                + "value=\"\(HTMLText.escape(field.value))\">\n"
        }
        return Self.document(
            policy: "default-src 'none'; style-src 'unsafe-inline'; form-action \(page.origin)",
            body: """
                    <h1>Payment of \(HTMLText.escape(amount))</h1>
                    <p>You continue on the payment page of \(HTMLText.escape(page.host)).</p>
                    <form method="post" action="\(HTMLText.escape(page.description))">
                \(inputs.joined())      <button type="submit">Continue to payment</button>
                    </form>
                """)
    }

    /// A page that opens Payment Page by `EPayWidget.run`. The script comes from the origin of Payment Page.
    ///
    /// - Parameter page: the address of Payment Page.
    public func widget(_ page: WebAddress) -> String {
        let script = "\(page.origin)/shared/merchant.js"
        let argument = HTMLText.scriptJSON(json)
        return Self.document(
            policy: "default-src 'none'; style-src 'unsafe-inline' \(page.origin); img-src \(page.origin); "
                + "script-src 'unsafe-inline' \(page.origin); frame-src \(page.origin); connect-src \(page.origin)",
            body: """
                    <h1>Payment of \(HTMLText.escape(amount))</h1>
                    <button type="button" id="pay">Continue to payment</button>
                    <noscript><p>This page needs JavaScript.</p></noscript>
                    <script src="\(HTMLText.escape(script))"></script>
                    <script>
                      document.getElementById("pay").addEventListener("click", function () {
                        EPayWidget.run(\(argument));
                      });
                    </script>
                """)
    }

    private var amount: String {
        let object = JSONValue.object(members)
        guard let amount = object["payment_amount"]?.integer, let currency = object["payment_currency"]?.text
        else {
            preconditionFailure("a payment page has an amount and a currency")
        }
        return Money(amount, currency).text
    }

    private static func document(policy: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(HTMLText.escape(policy))">
            <meta name="referrer" content="no-referrer">
            <title>Payment</title>
            <style>
              body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; }
              button { font: inherit; padding: 0.5rem 1rem; }
            </style>
          </head>
          <body>
            <main>
        \(body)
            </main>
          </body>
        </html>

        """
    }
}

/// Text inside HTML.
package enum HTMLText {
    /// For text between tags and in quoted attributes.
    package static func escape(_ text: String) -> String {
        replace(["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"], in: text)
    }

    /// JSON inside a script: no character of it can end the script, or a line of it in older JavaScript.
    static func scriptJSON(_ json: [UInt8]) -> String {
        let escapes: [Unicode.Scalar: String] = [
            "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u{2028}": "\\u2028", "\u{2029}": "\\u2029",
        ]
        return replace(escapes, in: String(decoding: json, as: UTF8.self))
    }

    private static func replace(_ escapes: [Unicode.Scalar: String], in text: String) -> String {
        text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
    }
}
