// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gate
import TestSupport
import Testing
import WebClient

@Suite("Request signatures")
struct SignatureTests {
    /// The signatures of this suite were made from the strings by `openssl dgst -sha512 -hmac`.
    @Test("the provider's purchase by Gate is signed as documented")
    func gate() throws {
        let prepared = try Purchase.client("https://gate.example").prepare(Purchase.request())
        #expect(prepared.url == "https://gate.example/v2/payment/banks/cambodia/sale")
        #expect(
            prepared.parameters.signedText
                == "account:bank_id:61021;account:customer_name:John Doe;customer:email:johndoe@example.com;"
                + "customer:id:customer_123;customer:ip_address:198.51.100.47;general:payment_id:payment_47;"
                + "general:project_id:1234;payment:amount:10000;payment:currency:USD;"
                + "return_url:decline:https://example.com/decline/;return_url:return:https://example.com/return/;"
                + "return_url:success:https://example.com/success/")
        #expect(
            prepared.parameters.signature
                == "8HfucjHkcgaLdibGrE75LKT4xItmg/k/8zWuqHRfcyV0ViyYAdhlXlMiwxDSHETRx5jQQbCY9/SO3l0Zh9Ar1w==")
        let expected = """
            {"general":{"project_id":1234,"payment_id":"payment_47","signature":"\(prepared.parameters.signature)"},\
            "customer":{"id":"customer_123","ip_address":"198.51.100.47","email":"johndoe@example.com"},\
            "account":{"bank_id":61021,"customer_name":"John Doe"},"payment":{"amount":10000,"currency":"USD"},\
            "return_url":{"success":"https://example.com/success/","decline":"https://example.com/decline/",\
            "return":"https://example.com/return/"}}
            """
        #expect(String(decoding: prepared.parameters.body, as: UTF8.self) == expected)
    }

    @Test("the provider's request for banks is signed as documented")
    func banks() throws {
        let key = ProjectKey(projectID: 200, secret: Array("secret of project 1234".utf8))
        let client = GateClient(.init(address: try .init("https://gate.example/")), key: key)
        let prepared = try client.prepare(
            BankListRequest(paymentID: "ORDER_155860015", money: Money(10000, "USD")))
        #expect(prepared.url == "https://gate.example/v2/info/banks/banks/cambodia/sale/list")
        #expect(
            prepared.parameters.signature
                == "VyIM6AbOXimB+zGhSL8e+4eqhnhpmEqHQLcMkCC5HpuOmNjyno+jpZRcON4cVnn0pbTKrWr+YonSAvpdH0ZhhA==")
    }

    @Test("the provider's purchase by Payment Page is signed as documented")
    func page() throws {
        let page = try PaymentPage(Purchase.pageRequest(), key: Purchase.key)
        #expect(
            page.parameters.signedText
                == "account_customer_name:John Doe;customer_email:johndoe@example.com;customer_id:customer_123;"
                + "force_payment_method:banks-cambodia;payment_amount:10000;payment_currency:USD;"
                + "payment_id:payment_47;project_id:1234")
        #expect(
            page.parameters.signature
                == "dCOfXtou/T6ujP+Rgc2JibkEo2nOtOKVNayfsvXYuazCcjZDC2PDeZudbjShkVEvNiq5B+wAMl8LdmhPJEF0vQ==")
    }

    private struct Vector: Decodable, CustomTestStringConvertible {
        var kind: String
        var secret: String?
        var body: String?
        var signature: String
        var source: String?
        var testDescription: String { source ?? signature }
    }

    private static let requests: [Vector] = {
        let folder = Repository.file("Tests/PaymentsTests/Data/vectors")
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { file in
            try? JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
        }.filter { $0.kind == "request" && $0.body != nil }
    }()

    @Test("each golden vector of a request is signed as the SDKs sign it", arguments: requests)
    private func vector(vector: Vector) throws {
        let body = try JSONValue(parsing: Array(try #require(vector.body).utf8))
        let isGeneral = body["general"]?["signature"] != nil
        let key = ProjectKey(projectID: 1, secret: Array(try #require(vector.secret).utf8))
        let signed = try SignedParameters(Self.unsigned(body), at: isGeneral ? .general : .root, by: key)
        #expect(signed.signature == vector.signature)
    }

    @Test("the golden vectors of requests are there")
    func vectorCount() { #expect(Self.requests.count == 10) }

    private static func unsigned(_ value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object(
            members.filter { $0.name != "signature" }.map { .init($0.name, unsigned($0.value)) })
    }
}
