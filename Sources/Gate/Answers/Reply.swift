// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import WebClient

/// What came of a request that does not buy: asking again is harmless.
public enum Reply<Content: Sendable>: Sendable {
    case content(Content)
    case refused(PlatformRefusal)
    /// The platform limits requests: HTTP 429, or 503 with `Retry-After`.
    ///
    /// - Parameters:
    ///   - refusal: the platform's error, where the answer has one.
    ///   - retryAfter: what the answer asks to wait for.
    case limited(PlatformRefusal?, retryAfter: Duration?)
    /// Nothing was sent.
    case notSent(String)
    /// There is no readable answer.
    case unreadable(String)
}

/// Reads the bytes of an answer.
enum AnswerReader {
    private static let limits = JSONLimits(members: 200_000, signedBytes: 1 << 30)

    /// An answer of 5xx, a redirect and a text that is not JSON are unreadable: they may come from anything
    /// between here and the platform.
    static func reply<Content>(
        of response: WebResponse, _ read: (JSONValue) -> Content?
    ) -> Reply<Content> {
        let retryAfter = response["retry-after"].flatMap { Int64($0) }.flatMap { seconds in
            seconds >= 0 ? Duration.seconds(min(seconds, 86_400)) : nil
        }
        if response.status == 429 || response.status == 503 && retryAfter != nil {
            let refusal = (try? JSONValue(parsing: response.body, limits: limits)).flatMap {
                PlatformRefusal($0)
            }
            return .limited(refusal, retryAfter: retryAfter)
        }
        switch response.status {
        case 200..<300, 400..<500: break
        case 300..<400:
            return .unreadable("HTTP \(response.status), a redirect, which is not followed")
        default: return .unreadable("HTTP \(response.status)")
        }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: response.body, limits: limits)
        } catch {
            return .unreadable("HTTP \(response.status) with a body that is not JSON (\(error))")
        }
        if (200..<300).contains(response.status), let content = read(json) { return .content(content) }
        if let refusal = PlatformRefusal(json) { return .refused(refusal) }
        return .unreadable("HTTP \(response.status) with JSON of another shape")
    }
}
