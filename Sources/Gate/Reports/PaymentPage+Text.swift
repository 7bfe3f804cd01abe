// SPDX-License-Identifier: Apache-2.0
public import WebClient

extension PaymentPage {
    /// For a person: a table of the parameters, the URL to send the customer to, and what happens next.
    ///
    /// - Parameter page: the address of Payment Page.
    public func text(_ page: WebAddress) -> String {
        ReportTable.lines(fields.map { [$0.name, $0.value] }) + "\nredirect the customer to\n" + url(page)
            + """


            Next: the customer pays on this page, and the platform sends a callback with the result. The link is signed:
            it works for everybody who has it. --html and --widget make pages of it, --json the parameters alone.

            """
    }
}
