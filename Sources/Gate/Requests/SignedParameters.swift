// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// Parameters with their signature, as they are sent.
public struct SignedParameters: Sendable, Equatable {
    /// A JSON object.
    public let body: [UInt8]
    /// The string that was signed.
    public let signedText: String
    public let signature: String

    /// Where the signature is put.
    public enum Place: Sendable {
        /// Gate: a member of `general`.
        case general
        /// Payment Page: a member of the root.
        case root
    }

    /// Signs by the code that verifies callbacks, and verifies the result by it.
    ///
    /// - Parameter parameters: an object without a signature. Nothing of it is checked here.
    public init(_ parameters: JSONValue, at place: Place, by key: ProjectKey) throws(InvalidRequest) {
        var signer = Signer(secret: key.secret)
        var verifier = SignatureVerifier()
        let unsigned = parameters.encoded
        let signed: [UInt8]
        do {
            signed = try signer.sign(unsigned.span.bytes, place: place == .general ? .general : .asFound)
            let verification = try verifier.verify(signed.span.bytes, secret: key.secret)
            precondition(
                verification.rule == .natural, "a body does not verify by the rule that it was signed by")
        } catch let error as Signer.Failure {
            throw InvalidRequest([.init("the request", Self.reason(error))])
        } catch {
            throw InvalidRequest([.init("the request", "cannot be signed: \(error)")])
        }
        body = signed
        signedText = String(decoding: verifier.naturalText, as: UTF8.self)
        guard let signature = SignatureField(in: verifier.tree).signature else {
            preconditionFailure("a signed body has a signature")
        }
        self.signature = verifier.tree.string(verifier.tree.nodes[signature].value)
    }

    private static func reason(_ failure: Signer.Failure) -> String {
        switch failure {
        case .unreadable(let error): "cannot be signed: \(error)"
        case .hidden: "cannot be signed: general is not an object"
        }
    }
}
