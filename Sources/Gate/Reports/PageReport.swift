// SPDX-License-Identifier: Apache-2.0
public import WebClient

/// A payment page for a person.
public struct PageReport: Sendable {
    private let page: PaymentPage
    private let address: WebAddress

    public init(_ page: PaymentPage, address: WebAddress) {
        self.page = page
        self.address = address
    }

    /// A table of the parameters, the URL to send the customer to, and what happens next.
    public var text: String {
        ReportTable.lines(page.fields.map { [$0.name, $0.value] }) + "\nredirect the customer to\n"
            + page.url(address) + """


                Next: the customer pays on this page, and the platform sends a callback with the result. The link is signed:
                it works for everybody who has it. --html and --widget make pages of it, --json the parameters alone.

                """
    }
}
