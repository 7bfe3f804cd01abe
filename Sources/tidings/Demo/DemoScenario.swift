/// What the demo sends, in order, and what must come of each: the callbacks of the platform's own page, and
/// what happens to callbacks on their way.
struct DemoScenario {
    struct Step {
        var title: String
        var body: String
        /// The status of the answer.
        var answer: Int
        /// The decision that the worker must take; nil where nothing reaches the log.
        var decision: String?
    }

    let steps: [Step]

    /// - Parameters:
    ///   - now: seconds since 1970; old callbacks would be stale, and rightly so.
    ///   - sign: puts a valid signature into a body.
    init(now: Int64, sign: (String) throws -> String) rethrows {
        let paid = DemoCallback(paymentID: "payment_47", operationID: 47, status: "success", date: now - 60)
        let declined = DemoCallback(
            paymentID: "payment_48", operationID: 48, status: "decline", date: now - 60)
        let redirected = DemoCallback(
            paymentID: "payment_49", operationID: 49, status: "awaiting redirect result", date: now - 30,
            redirectURL: "https://example.com/redirect")
        var moved = declined
        moved.date += 1
        var overtaken = paid
        overtaken.status = "processing"
        overtaken.date -= 20
        var returned = redirected
        returned.redirectURL = nil
        returned.status = "success"
        returned.date = now - 5
        let success = try sign(paid.body)
        let redirect = try sign(redirected.body)
        steps = [
            Step(title: "a purchase succeeds", body: success, answer: 200, decision: "advance"),
            Step(
                title: "another is declined", body: try sign(declined.body), answer: 200, decision: "advance"),
            Step(title: "a third must be redirected", body: redirect, answer: 200, decision: "advance"),
            Step(title: "the success again", body: success, answer: 200, decision: "duplicate"),
            Step(title: "the redirect again", body: redirect, answer: 200, decision: "duplicate"),
            Step(
                title: "the decline, its date moved by a second", body: try sign(moved.body), answer: 200,
                decision: "duplicate"),
            Step(
                title: "a processing that was overtaken", body: try sign(overtaken.body), answer: 200,
                decision: "late"),
            Step(
                title: "the third comes back paid", body: try sign(returned.body), answer: 200,
                decision: "advance"),
            // One digit more: the customer paid 100 USD and somebody says a thousand.
            Step(
                title: "a forged amount", body: success.replacing("10000", with: "100000"), answer: 403,
                decision: nil),
            Step(title: "not JSON", body: "payment=47&status=success", answer: 400, decision: nil),
        ]
    }

    /// How many callbacks must come to each decision.
    var expectedDecisions: [String: Int] {
        var counts: [String: Int] = [:]
        for step in steps { if let decision = step.decision { counts[decision, default: 0] += 1 } }
        return counts
    }

    /// How each payment must stand in the end.
    var expectedStatuses: [String: String] {
        ["payment_47": "success", "payment_48": "decline", "payment_49": "success"]
    }
}
