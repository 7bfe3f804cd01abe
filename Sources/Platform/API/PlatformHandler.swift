// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import HTTP
internal import Payments
internal import Telemetry

/// Routes the requests of one loop thread.
final class PlatformHandler: RequestHandler {
    private var gate: GateAPI
    private let pages: PlatformPages
    private let control: PlatformControl
    private let metrics: MetricsRegistry
    private let report: @Sendable (PlatformEvent) -> Void

    init(
        gate: GateAPI, pages: PlatformPages, control: PlatformControl, metrics: MetricsRegistry,
        report: @escaping @Sendable (PlatformEvent) -> Void
    ) {
        self.gate = gate
        self.pages = pages
        self.control = control
        self.metrics = metrics
        self.report = report
    }

    func admit(_ request: borrowing Request) -> Admission { .read(mark: 0) }

    func respond(to request: borrowing Request, body: RawSpan) -> HTTP.Reply {
        let path = request.path.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let parts = path.split(separator: "/").map(String.init)
        let isLocal = request.peer.isLoopback
        guard let methods = PlatformRoute.methods(of: parts) else { return .made(Self.notFound) }
        switch request.method {
        case .post:
            if let answer = gate.answer(parts, body) {
                report(
                    .request(
                        path: path, status: answer.status, paymentID: answer.paymentID, code: answer.code))
                return .made(Self.json(answer.json, status: answer.status))
            }
            let bytes = body.withUnsafeBytes { Array($0) }
            if isLocal, parts.first == "platform", methods == "POST" {
                // A web page can post text, but not JSON, to another origin.
                guard Self.isJSON(request) else {
                    return .made(Response(status: 415, text: "only application/json"))
                }
                return .made(control.post(parts, bytes) ?? Self.notFound)
            }
            return .made(pages.post(parts, bytes) ?? Self.missing(but: methods, for: "POST"))
        case .get, .head:
            if parts == ["metrics"] { return .made(isLocal ? scrape : Self.onlyOnLoopback) }
            if isLocal, let response = control.get(parts) { return .made(response) }
            let query = request.queryFields()
            return .made(
                pages.get(parts, query, isLocal: isLocal) ?? Self.missing(but: methods, for: "GET"))
        case .other:
            return .made(Self.wrongMethod(methods))
        }
    }

    static func json(_ json: JSONValue, status: Int = 200) -> Response {
        Response(status: status, fields: [.init("Content-Type", "application/json")], body: json.line)
    }

    private static func isJSON(_ request: borrowing Request) -> Bool {
        request.withField("Content-Type") { type in
            type.withUnsafeBytes {
                String(decoding: $0, as: UTF8.self).lowercased().hasPrefix("application/json")
            }
        } ?? false
    }

    /// Where a path has no answer: another method may have one.
    private static func missing(but methods: String, for method: String) -> Response {
        methods.contains(method) ? notFound : wrongMethod(methods)
    }

    private static func wrongMethod(_ methods: String) -> Response {
        Response(status: 405, text: "only \(methods)", fields: [.init("Allow", methods)])
    }

    private var scrape: Response {
        Response(
            status: 200, fields: [.init("Content-Type", MetricsRegistry.contentType)], body: metrics.text())
    }

    static let onlyOnLoopback = Response(status: 403, text: "served on loopback only")

    private static let notFound = Response(status: 404, text: "there is no such page")
}
