import Payments
import WebClient

/// Posts callbacks as the platform does, one after the other, over HTTP.
struct DemoPlatform {
    let address: WebAddress
    private let sender = RequestSender(.init(timeout: .seconds(10)))

    init(address: WebAddress) {
        self.address = address
    }

    /// The status of the answer; nil where there is none.
    func post(_ body: String) -> Int? {
        try? sender.send(.json(Array(body.utf8), to: address)).status
    }

    /// Puts a signature into a body, as the platform would.
    static func sign(_ body: String, secret: [UInt8]) throws(Signer.Failure) -> String {
        var signer = Signer(secret: secret)
        let bytes = Array(body.utf8)
        return String(decoding: try signer.sign(bytes.span.bytes), as: UTF8.self)
    }
}
