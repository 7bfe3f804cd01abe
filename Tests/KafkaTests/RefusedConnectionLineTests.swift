// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("Lines about refused connections")
struct RefusedConnectionLineTests {
    @Test(
        "broker, operation and reason are read from librdkafka's line",
        arguments: [
            (
                "[thrd:sasl_ssl://kafka:9094/bootstrap]: sasl_ssl://kafka:9094/bootstrap: SASL authentication error: "
                    + "Authentication failed: Invalid username or password (after 335ms in state AUTH_REQ)",
                "sasl_ssl://kafka:9094", "authentication"
            ),
            (
                "[thrd:ssl://kafka:9095/1]: ssl://kafka:9095/1: SSL handshake failed: certificate verify failed",
                "ssl://kafka:9095", "TLS handshake"
            ),
            (
                "[thrd:ssl://kafka:9095/bootstrap]: ssl://kafka:9095/bootstrap: Receive failed: "
                    + "error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42",
                "ssl://kafka:9095", "TLS handshake"
            ),
        ])
    func refused(line: String, broker: String, operation: String) throws {
        let refused = try #require(RefusedConnectionLine(facility: "FAIL", line: line))
        #expect(refused.broker == broker)
        #expect(refused.operation == operation)
        #expect(line.hasSuffix(refused.reason))
        #expect(RefusedConnectionLine(facility: "ERROR", line: line) == nil)
    }

    @Test("a broker that is away refused nothing")
    func away() {
        let line =
            "[thrd:ssl://kafka:9095/bootstrap]: ssl://kafka:9095/bootstrap: Connect to 10.0.0.1 failed: refused"
        #expect(RefusedConnectionLine(facility: "FAIL", line: line) == nil)
    }
}
