// SPDX-License-Identifier: Apache-2.0

/// A request that is shown and not sent, with the string that was signed.
public struct RequestPreview: Sendable {
    private let url: String?
    private let parameters: SignedParameters

    public init(_ request: GateClient.PreparedRequest) {
        url = request.url
        parameters = request.parameters
    }

    public init(_ page: PaymentPage) {
        url = nil
        parameters = page.parameters
    }

    /// For a person.
    public var text: String {
        let request = url.map { "POST \($0)\nContent-Type: application/json\n\n" } ?? ""
        return request + ReportTable.escape(String(decoding: parameters.body, as: UTF8.self))
            + "\n\nsigned string\n" + ReportTable.escape(parameters.signedText) + "\n"
    }

    /// One JSON object: `method` and `url` of a request, `body` and `signed_text`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let url { members += [.init("method", .string("POST")), .init("url", .string(url))] }
        members.append(.init("body", .string(String(decoding: parameters.body, as: UTF8.self))))
        members.append(.init("signed_text", .string(parameters.signedText)))
        return .object(members)
    }
}
