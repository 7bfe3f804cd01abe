// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// Sends requests one after the other over a connection that is kept. Confined to its thread.
///
/// Only for requests that may arrive twice, such as callbacks: libcurl repeats a request without an error
/// when the kept connection turns out to be closed. A purchase goes through ``RequestSender``.
public final class KeptConnection {
    private let sender: RequestSender
    private var handle: UnsafeMutableRawPointer?

    public init(_ settings: RequestSender.Settings = RequestSender.Settings()) {
        sender = RequestSender(settings)
    }

    deinit {
        if let handle { curl_easy_cleanup(handle) }
    }

    /// Sends a request and waits for the complete answer, whatever its status.
    public func send(_ request: WebRequest) throws(WebError) -> WebResponse {
        try sender.check(request)
        guard let handle = handle ?? curl_easy_init() else {
            throw .notSent("libcurl has no memory for a request")
        }
        self.handle = handle
        // Resets the options, not the connection.
        curl_easy_reset(handle)
        return try Transfer(request, sender.settings).run(on: handle, isKept: true)
    }
}
