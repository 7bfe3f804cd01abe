// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import HTTP
import Synchronization
import Telemetry

/// A server with a handler that does what the path says, for as long as `body` runs.
///
///     GET or POST /now       200 immediately, with the body's length
///     POST /hold             held; the ticket goes to `tickets`
///     POST /block            200 after `unblock()`, the loop thread blocked until then
///     anything else          404
final class TestServer {
    let server: Server
    let metrics: MetricsRegistry
    let desk: Desk
    let ok: Answer

    var port: UInt16 { server.port }

    /// Where held requests wait for a test to answer them.
    final class Desk: Sendable {
        private let held = Mutex<[Ticket]>([])
        /// How many requests reached a handler with their whole body.
        private let handledCount = Atomic<Int>(0)

        var handled: Int { handledCount.load(ordering: .relaxed) }

        func note() { handledCount.wrappingAdd(1, ordering: .relaxed) }

        private let isBlocked = DispatchSemaphore(value: 0)

        func block() { isBlocked.wait() }

        func unblock() { isBlocked.signal() }

        func put(_ ticket: Ticket) { held.withLock { $0.append(ticket) } }

        /// Waits until so many requests are held; fewer if they do not come in time.
        func tickets(_ count: Int, within limit: Duration = .seconds(120)) -> [Ticket] {
            let deadline = ContinuousClock.now + limit
            while ContinuousClock.now < deadline, held.withLock({ $0.count }) < count { usleep(1000) }
            return held.withLock { $0 }
        }
    }

    private final class Handler: RequestHandler {
        let desk: Desk
        let notFound: Answer

        init(desk: Desk, notFound: Answer) {
            self.desk = desk
            self.notFound = notFound
        }

        func admit(_ request: borrowing Request) -> Admission {
            switch text(request.path) {
            case "/now": .read(mark: 1)
            case "/hold": .read(mark: 2)
            case "/block": .read(mark: 3)
            default: .answer(notFound)
            }
        }

        func respond(to request: borrowing Request, body: RawSpan) -> Reply {
            desk.note()
            if request.mark == 3 { desk.block() }
            guard request.mark == 2 else {
                return .made(Response(status: 200, text: "\(body.byteCount) bytes from \(request.peer)"))
            }
            desk.put(request.hold())
            return .held
        }

        private func text(_ bytes: RawSpan) -> String {
            bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    init(_ settings: ServerSettings = .init(), host: String = "127.0.0.1", port: UInt16 = 0) throws {
        metrics = MetricsRegistry()
        desk = Desk()
        var responses = Responses()
        ok = responses.prepare(Response(status: 200))
        let notFound = responses.prepare(Response(status: 404, text: "there is nothing here"))
        server = try Server(settings, responses: responses, log: .silent, metrics: metrics)
        let desk = desk
        let address = try BindAddress("\(host):\(port)")
        try server.start(on: address) {
            Handler(desk: desk, notFound: notFound)
        }
    }

    deinit {
        server.stop(within: .zero)
    }

    /// All metrics as a scrape shows them.
    var metricsText: String { String(decoding: metrics.text(), as: UTF8.self) }

    /// The value of one line of the metrics text; nil where there is no such line.
    func metric(_ line: String) -> Int? {
        metricsText.split(separator: "\n")
            .first { $0.hasPrefix(line + " ") }
            .flatMap { Int($0.dropFirst(line.utf8.count + 1)) }
    }
}
