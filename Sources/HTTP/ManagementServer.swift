// SPDX-License-Identifier: Apache-2.0
public import Telemetry

/// The port for operators, apart from the one for data: `/livez`, `/readyz`, `/metrics`, `/version`.
///
/// It knows nothing of the process it speaks for: everything it reports comes from the closures, which are
/// called on its loop thread for each request and must not block.
public final class ManagementServer: Sendable {
    /// What the process has to report.
    public struct Sources: Sendable {
        /// False only if the process must be restarted: a loop that no longer turns.
        public var isAlive: @Sendable () -> Bool
        /// Whether work may be sent to the process now.
        public var readiness: @Sendable () -> Readiness
        /// Name and version of the program and of what it is made of, in the order to be shown.
        public var versions: [(name: String, version: String)]

        public init(
            isAlive: @escaping @Sendable () -> Bool = { true },
            readiness: @escaping @Sendable () -> Readiness,
            versions: [(name: String, version: String)]
        ) {
            self.isAlive = isAlive
            self.readiness = readiness
            self.versions = versions
        }
    }

    private let server: Server
    private let pages: ManagementPages

    public init(_ sources: Sources, log: Log, metrics: MetricsRegistry) throws(HTTPError) {
        var settings = ServerSettings()
        settings.name = "management"
        settings.connections = 64
        settings.connectionsPerAddress = 0
        settings.limits.bodyBytes = 1024
        var responses = Responses()
        pages = ManagementPages(sources: sources, metrics: metrics, in: &responses)
        server = try Server(settings, responses: responses, log: log, metrics: metrics)
    }

    public func start(on address: BindAddress) throws(HTTPError) {
        let pages = pages
        try server.start(on: address) { ManagementHandler(pages) }
    }

    /// The port it listens on.
    public var port: UInt16 { server.port }

    public func stop() {
        server.stop(within: .milliseconds(100))
    }
}

/// What is served, shared by all loop threads.
private struct ManagementPages: Sendable {
    let sources: ManagementServer.Sources
    let metrics: MetricsRegistry
    let notFound: Answer
    let notAllowed: Answer

    init(sources: ManagementServer.Sources, metrics: MetricsRegistry, in responses: inout Responses) {
        self.sources = sources
        self.metrics = metrics
        responses.madeStatuses = [200, 503]
        notFound = responses.prepare(
            Response(status: 404, text: "there are /livez, /readyz, /metrics and /version"))
        notAllowed = responses.prepare(
            Response(status: 405, text: "use GET", fields: [Response.Field("Allow", "GET, HEAD")]))
    }

    func response(to page: ManagementHandler.Page) -> Response {
        switch page {
        case .livez:
            return sources.isAlive()
                ? Response(status: 200, text: "alive") : Response(status: 503, text: "not alive")
        case .readyz:
            let readiness = sources.readiness()
            return json(readiness.json, status: readiness.isReady ? 200 : 503)
        case .metrics:
            return Response(
                status: 200,
                fields: [Response.Field("Content-Type", MetricsRegistry.contentType)],
                body: metrics.text())
        case .version:
            var bytes: [UInt8] = []
            for (name, version) in sources.versions {
                bytes += Array((bytes.isEmpty ? "{" : ",").utf8) + Array("\"".utf8)
                LineEscaping.append(name, to: &bytes)
                bytes += Array(#"":""#.utf8)
                LineEscaping.append(version, to: &bytes)
                bytes += Array("\"".utf8)
            }
            return json(bytes.isEmpty ? Array("{}\n".utf8) : bytes + Array("}\n".utf8), status: 200)
        }
    }

    private func json(_ bytes: [UInt8], status: Int) -> Response {
        Response(status: status, fields: [Response.Field("Content-Type", "application/json")], body: bytes)
    }
}

private final class ManagementHandler: RequestHandler {
    enum Page: Int64 {
        case livez, readyz, metrics, version

        init?(_ path: RawSpan) {
            switch path.withUnsafeBytes({ String(decoding: $0, as: UTF8.self) }) {
            case "/livez": self = .livez
            case "/readyz": self = .readyz
            case "/metrics": self = .metrics
            case "/version": self = .version
            default: return nil
            }
        }
    }

    private let pages: ManagementPages

    init(_ pages: ManagementPages) {
        self.pages = pages
    }

    func admit(_ request: borrowing Request) -> Admission {
        guard let page = Page(request.path) else { return .answer(pages.notFound) }
        switch request.method {
        case .get, .head: return .read(mark: page.rawValue)
        case .post, .other: return .answer(pages.notAllowed)
        }
    }

    func respond(to request: borrowing Request, body: RawSpan) -> Reply {
        guard let page = Page(rawValue: request.mark) else { return .now(pages.notFound) }
        return .made(pages.response(to: page))
    }
}
