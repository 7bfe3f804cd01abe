// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport

/// Posts callbacks as the platform does.
struct Platform {
    /// With the signature put in.
    func sign(_ text: String) throws -> String {
        let body = try CallbackFixture.signed(Array(text.utf8), by: Array(Installation.secret.utf8))
        return String(decoding: body, as: UTF8.self)
    }

    /// Posts once; nil where nothing listens, or the connection ends without an answer.
    func postOnce(_ body: String, to port: Int) -> Int? {
        guard let connection = try? RawHTTP(port: port) else { return nil }
        connection.post("/callbacks", Array(body.utf8))
        return connection.answer()?.status
    }

    /// Posts again while nothing listens yet, or Kafka has not been reached yet.
    func post(_ body: String, to port: Int) -> Int? {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let status = postOnce(body, to: port)
            if let status, status != 503 { return status }
            if ContinuousClock.now > deadline { return status }
            usleep(50_000)
        }
    }
}
