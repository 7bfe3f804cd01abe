// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// Sends requests over HTTP/1.1 with libcurl, each exactly once.
///
/// libcurl repeats a request without an error when a reused connection dies. So every request has a new
/// connection, which is closed after it. Redirects are not followed, certificates are verified, and plain
/// HTTP goes to loopback only, unless a client is made for it. The proxy is that of the environment
/// (`https_proxy`, `no_proxy`), never for loopback.
public struct RequestSender: Sendable {
    public struct Settings: Sendable {
        /// For name look-up, connect and TLS handshake together.
        public var connectTimeout: Duration
        /// For the whole request.
        public var timeout: Duration
        /// In bytes, for the body of an answer.
        public var responseLimit: Int
        /// A PEM file of certificate authorities to trust instead of the system's.
        public var authorityFile: String?
        /// Plain HTTP to other machines too: only for what contains no secret and no personal data.
        public var allowsPlainHTTP: Bool

        public init(
            connectTimeout: Duration = .seconds(5), timeout: Duration = .seconds(30),
            responseLimit: Int = 1 << 20, authorityFile: String? = nil, allowsPlainHTTP: Bool = false
        ) {
            self.connectTimeout = connectTimeout
            self.timeout = timeout
            self.responseLimit = responseLimit
            self.authorityFile = authorityFile
            self.allowsPlainHTTP = allowsPlainHTTP
        }
    }

    public let settings: Settings

    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Sends a request and waits for the complete answer, whatever its status. Blocks the calling thread
    /// until then, for `timeout` at most.
    public func send(_ request: WebRequest) throws(WebError) -> WebResponse {
        try check(request)
        guard let handle = curl_easy_init() else { throw .notSent("libcurl has no memory for a request") }
        defer { curl_easy_cleanup(handle) }
        return try Transfer(request, settings).run(on: handle, isKept: false)
    }

    /// Refuses what this client does not send, and starts the library.
    func check(_ request: WebRequest) throws(WebError) {
        let mayBePlain = request.address.isLoopback || settings.allowsPlainHTTP
        guard request.address.scheme == .https || mayBePlain else {
            throw .refused("\(request.address.origin) is plain HTTP, which is for loopback only")
        }
        for field in request.fields where (field.name + field.value).utf8.contains(where: { $0 < 0x20 }) {
            throw .refused("the field \(field.name.filter { $0 > " " }) contains a control character")
        }
        _ = Self.startLibrary
    }

    /// libcurl is not used before the first request of the process.
    private static let startLibrary: Void = {
        let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        precondition(code == CURLE_OK, "libcurl could not be initialized")
    }()
}
