// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The provider's page as a customer sees it, in headless Chromium: a shop, the simulated platform, and the
/// event.
@Suite("Browser", .serialized)
struct BrowserTests {
    private static let processor = OutsideTool(
        "Tests/Reference/browser_flow.py", modules: ["selenium", "axe_selenium_python"],
        programs: ["chromium", "chromedriver"])
    /// One flow takes a minute on a busy machine, so that the others run only where all is asked for.
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"
    private static let secret = "DEMO_SECRET"

    /// A shop of two pages, and the demo with its simulated platform.
    private final class Shop {
        let demo: Demo
        let server: ScriptedServer
        private let folder: TemporaryDirectory

        /// - Parameter form: the form of `tidings purchase page`.
        init(paymentID: String = "payment_47", form: String = "--html") throws {
            demo = try Demo()
            folder = try TemporaryDirectory()
            let keys =
                "projects:\n  \"1234\":\n    keys:\n      - {id: demo, secret_env: \(BrowserTests.secret)}\n"
            try Data(keys.utf8).write(to: folder.file("keys.yaml"))
            let page = try Self.run(
                [
                    "purchase", "page", "--project", "1234", "--payment-id", paymentID, "--payment-amount",
                    "10000", "--payment-currency", "USD", "--customer-id", "customer_123",
                    "--payment-page-url", "\(demo.gateURL)/payment", form,
                ], folder.file("keys.yaml").path, demo)
            let thanks =
                "<!doctype html><html lang=\"en\"><head><title>Thank you</title><meta name=\"viewport\" "
                + "content=\"width=device-width\"></head><body><main><h1>Thank you</h1></main></body></html>"
            server = try ScriptedServer { request, _ in
                .answer(Self.html(request.path == "/shop" ? page : thanks))
            }
        }

        /// What a command prints.
        func run(_ arguments: [String]) throws -> String {
            try Self.run(arguments, folder.file("keys.yaml").path, demo)
        }

        private static func run(
            _ arguments: [String], _ keys: String, _ demo: Demo
        ) throws -> String {
            let child = try ChildProcess.tidings(
                arguments,
                environment: [
                    "TIDINGS_KEYS_FILE": keys,
                    "TIDINGS_GATE_URL": demo.gateURL,
                    BrowserTests.secret: demo.secretText,
                ])
            #expect(child.waitForEnd(within: .seconds(120)) == .exit(0), "\(child.errors)")
            return child.output
        }

        private static func html(_ page: String) -> [UInt8] {
            Array(
                ("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
                    + "\(page.utf8.count)\r\nConnection: close\r\n\r\n\(page)").utf8)
        }
    }

    /// Walks a flow, and returns the address of the last page.
    private func walk(_ flow: String, _ url: String) throws -> String {
        let (ending, output) = try Self.processor.run([flow, url], within: .seconds(600))
        #expect(ending == .exit(0), "\(output)")
        return output.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test(
        "a customer opens Payment Page from the shop, chooses Banks of Cambodia and Wing Bank and pays; the event is a success",
        .needs(processor))
    func pay() throws {
        let shop = try Shop()
        _ = try walk("pay", "\(shop.server.url)/shop")
        let event = try shop.demo.events(of: "1234:payment_47", count: 1)[0]
        #expect(event.valueText?.contains(#""status":"success","status_class":"final""#) == true)
        shop.demo.stop()
    }

    @Test(
        "a customer who declines gets the event of a decline, also from the page of the widget",
        .needs(processor),
        .enabled(if: isFull, "deploy/test --full"), arguments: ["--html", "--widget"])
    func decline(form: String) throws {
        let shop = try Shop(form: form)
        _ = try walk("decline", "\(shop.server.url)/shop")
        let event = try shop.demo.events(of: "1234:payment_47", count: 1)[0]
        #expect(event.valueText?.contains(#""status":"decline","status_class":"final""#) == true)
        shop.demo.stop()
    }

    @Test(
        "a customer who leaves has not paid: the payment waits without an event until the bank declines it",
        .needs(processor), .enabled(if: isFull, "deploy/test --full"))
    func leave() throws {
        let shop = try Shop()
        let result = try #require(URL(string: try walk("leave", "\(shop.server.url)/shop")))
        #expect(try shop.run(["status", "1234:payment_47"]).contains("awaiting redirect result"))
        let token = try #require(result.pathComponents.dropFirst(2).first)
        let bank = try RawHTTP(port: try #require(result.port))
        bank.post(
            "/bank/\(token)/decline", [], headers: [("Content-Type", "application/x-www-form-urlencoded")])
        #expect(bank.answer()?.status == 303)
        let event = try shop.demo.events(of: "1234:payment_47", count: 1)[0]
        #expect(event.valueText?.contains(#""status":"decline","status_class":"final""#) == true)
        shop.demo.stop()
    }

    @Test(
        "a bank that answers after the page was closed leads to the event", .needs(processor),
        .enabled(if: isFull, "deploy/test --full"))
    func close() throws {
        let shop = try Shop()
        let bank = try #require(URL(string: try walk("close", "\(shop.server.url)/shop")))
        let late = try RawHTTP(port: try #require(bank.port))
        late.post("\(bank.path)/pay", [], headers: [("Content-Type", "application/x-www-form-urlencoded")])
        #expect(late.answer()?.status == 303)
        let event = try shop.demo.events(of: "1234:payment_47", count: 1)[0]
        #expect(event.valueText?.contains(#""status":"success","status_class":"final""#) == true)
        shop.demo.stop()
    }

    @Test(
        "after a purchase through Gate the address of redirect_data leads to the bank, and back to the shop",
        .needs(processor), .enabled(if: isFull, "deploy/test --full"))
    func gate() throws {
        let shop = try Shop(paymentID: "payment_1")
        _ = try shop.run([
            "purchase", "gate", "--project", "1234", "--payment-id", "payment_47", "--payment-amount",
            "10000",
            "--payment-currency", "USD", "--customer-id", "customer_123", "--customer-ip-address",
            "198.51.100.47", "--account-bank-id", "61021", "--return-url-success",
            "\(shop.server.url)/success",
        ])
        let text = try #require(try shop.demo.events(of: "1234:payment_47", count: 1)[0].valueText)
        let bank = try #require(text.firstMatch(of: /"url":"([^"]+)"/)).1
        #expect(try walk("gate-pay", String(bank)) == "\(shop.server.url)/success")
        let events = try shop.demo.events(of: "1234:payment_47", count: 2)
        #expect(events[1].valueText?.contains(#""status":"success","status_class":"final""#) == true)
        shop.demo.stop()
    }
}
