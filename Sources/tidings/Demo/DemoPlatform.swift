import Dispatch
import Foundation
import FoundationNetworking
import Payments
import Synchronization

/// Posts callbacks as the platform does, one after the other, over real HTTP.
struct DemoPlatform {
    let url: URL
    private let session = URLSession(configuration: .ephemeral)

    init(url: URL) {
        self.url = url
    }

    /// The status of the answer; nil where none came.
    func post(_ body: String) -> Int? {
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body.utf8)
        let isAnswered = DispatchSemaphore(value: 0)
        let status = Answer()
        session.dataTask(with: request) { _, response, _ in
            status.value.withLock { $0 = (response as? HTTPURLResponse)?.statusCode }
            isAnswered.signal()
        }.resume()
        isAnswered.wait()
        return status.value.withLock { $0 }
    }

    private final class Answer: Sendable {
        let value = Mutex<Int?>(nil)
    }

    /// Puts a signature into a body, as the platform would.
    static func sign(_ body: String, secret: [UInt8]) throws(Signer.Failure) -> String {
        var signer = Signer(secret: secret)
        let bytes = Array(body.utf8)
        return String(decoding: try signer.sign(bytes.span.bytes), as: UTF8.self)
    }
}
