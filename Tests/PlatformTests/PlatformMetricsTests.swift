// SPDX-License-Identifier: Apache-2.0
import Gate
import Platform
import Telemetry
import TestSupport
import Testing
import WebClient

@Suite("Simulator: metrics")
struct PlatformMetricsTests {
    private func scrape(_ simulator: Simulator) throws -> [Substring] {
        let response = try simulator.send(.get, "/metrics")
        #expect(response.status == 200)
        #expect(response["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n")
    }

    @Test("the first scrape has every family with help, type and the series of closed sets at 0")
    func first() throws {
        let lines = try scrape(try Simulator())
        for family in PlatformService.metricFamilies {
            #expect(lines.contains("# HELP \(family.name) \(family.help)"))
            #expect(lines.contains("# TYPE \(family.name) \(family.kind.rawValue)"))
            for value in family.labels.flatMap(\.values) {
                #expect(lines.contains(#"\#(family.name){result="\#(value)"} 0"#), "\(family.name) \(value)")
            }
        }
        #expect(lines.contains("tidings_platform_given_up_total 0"))
        #expect(lines.contains("tidings_platform_waiting_callbacks 0"))
    }

    @Test("requests to Gate and attempts to deliver are counted by their result")
    func counted() throws {
        // The first answer is cut, the second refuses, and the others accept.
        let simulator = try Simulator { number in
            switch number {
            case 0: .answer([])
            case 1: .json("", status: 500)
            default: .json("")
            }
        }
        #expect(try simulator.client.purchase(Simulator.request()).name == "accepted")
        #expect(try simulator.client.purchase(Simulator.request()).name == "refused")
        _ = try simulator.callbacks(3)
        let lines = try scrape(simulator)
        #expect(lines.contains(#"tidings_platform_requests_total{result="accepted"} 1"#))
        #expect(lines.contains(#"tidings_platform_requests_total{result="refused"} 1"#))
        #expect(lines.contains(#"tidings_platform_deliveries_total{result="unanswered"} 1"#))
        #expect(lines.contains(#"tidings_platform_deliveries_total{result="refused"} 1"#))
        #expect(lines.contains(#"tidings_platform_deliveries_total{result="accepted"} 1"#))
        #expect(lines.contains("tidings_platform_given_up_total 0"))
        #expect(lines.contains("tidings_platform_waiting_callbacks 0"))
    }
}
