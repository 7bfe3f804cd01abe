// SPDX-License-Identifier: Apache-2.0
public import WebClient

/// The signed parameters of a Payment Page, in the forms in which a merchant uses them. Nothing is sent.
public struct PaymentPage: Sendable, Equatable {
    public let parameters: SignedParameters
    /// Each parameter in its order, the signature last.
    let members: [JSONValue.Member]

    /// Checks and signs the parameters.
    public init(
        _ request: PaymentPageRequest, key: ProjectKey, semicolons: SemicolonPolicy = .refuse
    ) throws(InvalidRequest) {
        let unsigned = try request.parameters(project: key.projectID, semicolons: semicolons)
        parameters = try SignedParameters(unsigned, at: .root, by: key)
        members = unsigned.members + [.init("signature", .string(parameters.signature))]
    }

    /// The parameters as one JSON object: the argument of `EPayWidget.run`.
    public var json: [UInt8] { JSONValue.object(members).encoded }

    /// The page's URL with the parameters in its query.
    ///
    /// - Parameter page: the address of Payment Page.
    public func url(_ page: WebAddress) -> String {
        let base = page.description
        let query = fields.map { "\(Self.percentEncoded($0.name))=\(Self.percentEncoded($0.value))" }
        return base + (base.contains("?") ? "&" : "?") + query.joined(separator: "&")
    }

    /// The parameters as a form sends them, with the texts that were signed.
    var fields: [(name: String, value: String)] {
        members.map { member in
            switch member.value {
            case .bool(let flag): (member.name, flag ? "1" : "0")
            case .string, .number, .null, .array, .object: (member.name, member.value.text ?? "")
            }
        }
    }

    /// Every byte but RFC 3986's unreserved characters as `%XX`.
    private static func percentEncoded(_ text: String) -> String {
        PercentEncoding.encode(text.utf8, keeping: "-._~")
    }
}
