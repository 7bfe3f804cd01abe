// SPDX-License-Identifier: Apache-2.0
public import Gate

/// Flags of `purchase`, `banks` and `status`. Most are named after the provider's parameters.
public enum GateOptions {
    /// The project whose key signs.
    public static let project = Setting(
        required: "project", .integer(1...Int.max), sources: .flagOnly, "the project's id")
    public static let key = Setting<String?>(
        "key", optional: .text("ID"), sources: .flagOnly,
        "the id of the key that signs; needed where the project has more than one active key")
    public static let paymentID = Setting(
        required: "payment_id", .text("ID"), sources: .flagOnly, "the payment's id, unique in the project")
    /// The same, where one is made if it is missing.
    public static let optionalPaymentID = Setting<String?>(
        "payment_id", optional: .text("ID"), sources: .flagOnly,
        "the payment's id; without it a new one is made for the request")
    /// The amount as the provider wants it.
    public static let amount = Setting(
        required: "payment_amount", .text("N"), sources: .flagOnly,
        "the amount in minor units, such as 10000 for 100.00 USD; in major ones where the currency has no minor units"
    )
    /// By ISO 4217.
    public static let currency = Setting(
        required: "payment_currency", .text("CODE"), sources: .flagOnly, "the currency's code, such as USD")
    public static let customerID = Setting(
        required: "customer_id", .text("ID"), sources: .flagOnly, "the customer's id, unique in the project")
    /// The same, where it may be left out.
    public static let optionalCustomerID = Setting<String?>(
        "customer_id", optional: .text("ID"), sources: .flagOnly, "the customer's id, unique in the project")
    public static let customerAddress = Setting(
        required: "customer_ip_address", .text("ADDRESS"), sources: .flagOnly,
        "the IP address of the customer's device")
    public static let customerEmail = Setting<String?>(
        "customer_email", optional: .text("EMAIL"), sources: .flagOnly, "the customer's e-mail address")
    public static let bankID = Setting<Int?>(
        "account_bank_id", optional: .integer(1...Int.max), sources: .flagOnly,
        "the customer's bank; tidings banks lists them")
    public static let customerName = Setting<String?>(
        "account_customer_name", optional: .text("NAME"), sources: .flagOnly, "the customer's full name")
    public static let successURL = Setting<String?>(
        "return_url_success", optional: .text("URL"), sources: .flagOnly,
        "where the customer goes after the payment succeeded")
    public static let declineURL = Setting<String?>(
        "return_url_decline", optional: .text("URL"), sources: .flagOnly,
        "where the customer goes after the payment was declined")
    public static let returnURL = Setting<String?>(
        "return_url_return", optional: .text("URL"), sources: .flagOnly,
        "where the customer goes after leaving early")
    /// Skips the page on which the customer chooses.
    public static let forcePaymentMethod = Setting<String?>(
        "force_payment_method", optional: .text("METHOD"), sources: .flagOnly,
        "the only method of the page, such as banks-cambodia")
    /// The method in the path of the API.
    public static let method = Setting(
        "method", .text("NAME"), default: "cambodia", sources: .flagOnly, "the payment method")
    /// The operation in the path of the bank list.
    public static let operation = Setting(
        "operation", .text("NAME"), default: "sale", sources: .flagOnly, "the operation")
    public static let set = Setting(
        "set", .textParameters, default: [], sources: .flagOnly,
        "any further parameter, as a string: customer.phone=85512345678; may be given several times")
    public static let setJSON = Setting(
        "set_json", .jsonParameters, default: [], sources: .flagOnly,
        "any further parameter, as JSON: payment.is_fast=true; may be given several times")
    public static let dryRun = Setting(
        flag: "dry_run", "send nothing; print the request and the string that was signed")
    public static let follow = Setting(
        flag: "follow", "print the payment's events until its status is final; needs Kafka")
    public static let followDeadline = Setting(
        "follow_deadline", .duration(.seconds(1)...(.seconds(86_400 * 14))), default: .seconds(900),
        sources: .flagOnly, "how long --follow waits for a final status")
    public static let url = Setting(flag: "url", "print the page's URL and nothing else")
    public static let html = Setting(
        flag: "html", "print an HTML page with a form that posts the signed parameters to Payment Page")
    public static let widget = Setting(
        flag: "widget", "print an HTML page that opens Payment Page with EPayWidget.run")

    private static let money = [amount.row, currency.row]
    private static let further = [set.row, setJSON.row, dryRun.row, AuditOptions.json.row]

    static let gate =
        [project.row, key.row, method.row, paymentID.row] + money
        + [
            customerID.row, customerAddress.row, customerEmail.row, bankID.row, customerName.row,
            successURL.row,
            declineURL.row, returnURL.row,
        ] + further + [follow.row, followDeadline.row]
    static let page =
        [project.row, key.row, paymentID.row] + money
        + [optionalCustomerID.row, customerEmail.row, customerName.row, forcePaymentMethod.row] + further
        + [url.row, html.row, widget.row]
    static let banks =
        [project.row, key.row, method.row, operation.row, optionalPaymentID.row] + money + further
    static let status = [key.row] + further
}
