// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// The callbacks of one run with their times: a pure function of the run and the keys.
struct ScenarioPlan {
    struct Entry: Sendable {
        /// From the start of the run, before scaling.
        var offset: Duration
        var body: [UInt8]
        var payment: SimulatedPayment
        var summary: String
        var losesAnswer: Bool
        /// Whether it is signed with another secret.
        var isForged: Bool
    }

    private(set) var entries: [Entry] = []
    private let run: ScenarioRun
    private let secret: [UInt8]
    private let origin: String
    private var random: SeededRandom
    private var payment: SimulatedPayment
    private var elapsed = Duration.zero
    private var date: Int64
    /// The place of each operation of the scenario among those of the payment.
    private var places: [Int: Int] = [:]

    /// - Parameters:
    ///   - secret: the project's.
    ///   - origin: where the customer finds the simulator's pages.
    init(_ run: ScenarioRun, secret: [UInt8], origin: String, timeScale: Double) {
        self.run = run
        self.secret = secret
        self.origin = origin
        random = SeededRandom(run.seed)
        date = run.start
        _ = random.hexadecimal(12)
        payment = SimulatedPayment(
            projectID: run.projectID, id: run.paymentID, money: run.scenario.money,
            customerID: "customer_123",
            status: "initial", date: run.start, remaining: run.scenario.money.amount, operations: [],
            token: random.hexadecimal(32))
        for step in run.scenario.steps {
            switch step {
            case .wait(let duration):
                elapsed += duration
                date += (duration * timeScale).components.seconds
            case .callback(let callback): add(callback)
            }
        }
    }

    private mutating func add(_ callback: Scenario.Callback) {
        // Two callbacks of a payment have different dates, unless a fault makes them alike.
        date += 1
        let place = place(of: callback)
        let (code, message) = SimulatedPayment.code(for: callback.status)
        payment.operations[place].status = callback.status
        payment.operations[place].date = date
        payment.operations[place].code = callback.code ?? code
        payment.operations[place].message = callback.message ?? message
        payment.status = callback.paymentStatus ?? callback.status
        payment.date = date
        if let remaining = callback.remaining { payment.remaining = remaining }
        payment.description = callback.description ?? ""
        if callback.faults.contains(.largeText) {
            payment.description = String(repeating: "long text ", count: 4000)
        }
        if callback.faults.contains(.oddText) {
            payment.description = Self.oddText
            payment.operations[place].message = "Declined; insufficient funds: " + Self.oddText
        }
        let body = signedBody(callback, place: place)
        let offset = elapsed + callback.delay
        append(body, callback, at: offset, losesAnswer: callback.faults.contains(.lostAnswer))
        if callback.faults.contains(.duplicate) { append(body, callback, at: offset) }
        if callback.faults.contains(.dateShift) {
            var moved = self
            moved.payment.date += 1
            moved.payment.operations[place].date += 1
            append(moved.signedBody(callback, place: place), callback, at: offset)
        }
    }

    private mutating func append(
        _ body: [UInt8], _ callback: Scenario.Callback, at offset: Duration, losesAnswer: Bool = false
    ) {
        entries.append(
            Entry(
                offset: offset, body: body, payment: payment, summary: "\(callback.type) \(callback.status)",
                losesAnswer: losesAnswer, isForged: callback.faults.contains(.wrongSignature)))
    }

    private mutating func place(of callback: Scenario.Callback) -> Int {
        if let place = places[callback.operation] { return place }
        let place = payment.operations.count
        places[callback.operation] = place
        // Far above the ids that purchases get.
        let id = 1_000_000_000 + Int64(random.next() % 1_000_000_000) * 1000 + Int64(callback.operation)
        payment.operations.append(
            .init(
                id: id, type: callback.type, status: callback.status, date: date, createdDate: date,
                requestID: random.hexadecimal(32), amount: callback.amount ?? payment.money.amount, code: "",
                message: "", providerPaymentID: random.hexadecimal(16)))
        return place
    }

    private mutating func signedBody(_ callback: Scenario.Callback, place: Int) -> [UInt8] {
        let body = CallbackBody.make(
            payment, operation: payment.operations[place], action: callback.action,
            url: "\(origin)/bank/\(payment.token)")
        let isForged = callback.faults.contains(.wrongSignature)
        return CallbackBody.sign(body, secret: isForged ? secret + [UInt8(ascii: "x")] : secret)
    }

    /// Quotes, markup, a byte order mark, a right-to-left override, an emoji of several scalars, and a lone
    /// newline.
    private static let oddText =
        "\"quoted\" <b>&amp;</b> \\ / \u{FEFF}\u{202E}odd\u{202C} \u{1F469}\u{200D}\u{1F4BB} \u{E9} e\u{301} "
        + "\u{1796}\u{17B6}\u{179F}\u{17B6}\u{1781}\u{17D2}\u{1798}\u{17C2}\u{179A} 100% ${jndi:x} \n end"
}
