// SPDX-License-Identifier: Apache-2.0
import HTTP
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct ManagementServerTests {
    private final class Switch: Sendable {
        let obstacles = Mutex<[Readiness.Obstacle]>([])
        let isAlive = Mutex(true)
    }

    private static func get(_ path: String, from server: ManagementServer) -> RawHTTP.Answer? {
        guard let client = try? RawHTTP(port: server.port) else { return nil }
        client.get(path)
        return client.answer()
    }

    private static func withServer(_ body: (ManagementServer, Switch, MetricsRegistry) throws -> Void) throws
    {
        let metrics = MetricsRegistry()
        let state = Switch()
        let server = try ManagementServer(
            .init(
                isAlive: { state.isAlive.withLock { $0 } },
                readiness: { Readiness(state.obstacles.withLock { $0 }) },
                versions: [("tidings", "1.2.3"), ("librdkafka", "2.0.2")]),
            log: .silent, metrics: metrics)
        try server.start(on: BindAddress(host: "127.0.0.1", port: 0))
        defer { server.stop() }
        try body(server, state, metrics)
    }

    @Test("it is ready while nothing prevents it, and says what does")
    func readyz() throws {
        try Self.withServer { server, state, _ in
            #expect(Self.get("/readyz", from: server)?.status == 200)
            #expect(Self.get("/readyz", from: server)?.text == "{\"ready\":true,\"reasons\":[]}\n")
            state.obstacles.withLock {
                $0 = [.init("broker", "no \"broker\" answers"), .init("draining", "stopping")]
            }
            let answer = try #require(Self.get("/readyz", from: server))
            #expect(answer.status == 503)
            #expect(answer["content-type"] == "application/json")
            let reasons =
                #"[{"name":"broker","reason":"no \"broker\" answers"},{"name":"draining","reason":"stopping"}]"#
            #expect(answer.text == #"{"ready":false,"reasons":\#(reasons)}"# + "\n")
        }
    }

    @Test("it is alive until it is reported otherwise")
    func livez() throws {
        try Self.withServer { server, state, _ in
            #expect(Self.get("/livez", from: server)?.status == 200)
            state.isAlive.withLock { $0 = false }
            #expect(Self.get("/livez", from: server)?.status == 503)
        }
    }

    @Test("metrics are Prometheus text, the version is JSON")
    func pages() throws {
        try Self.withServer { server, _, metrics in
            let tests = MetricFamily.counter("tidings_tests_total", "Tests.")
            metrics.declare([tests])
            metrics.counter(tests).add(7)
            let answer = try #require(Self.get("/metrics", from: server))
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.text.contains("\ntidings_tests_total 7\n"))
            #expect(
                Self.get("/version", from: server)?.text == #"{"tidings":"1.2.3","librdkafka":"2.0.2"}"#
                    + "\n")
        }
    }

    @Test("another path is 404, another method 405 with what is allowed, a HEAD has no body")
    func refusals() throws {
        try Self.withServer { server, _, _ in
            #expect(Self.get("/", from: server)?.status == 404)
            let client = try RawHTTP(port: server.port)
            client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            let answer = try #require(client.answer())
            #expect(answer.status == 405)
            #expect(answer["allow"] == "GET, HEAD")
            let head = try RawHTTP(port: server.port)
            head.send("HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(head.closes())
            #expect(String(decoding: head.unread, as: UTF8.self).hasSuffix("\r\n\r\n"))
        }
    }
}
