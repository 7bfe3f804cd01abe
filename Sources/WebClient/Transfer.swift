// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// One request on its way. Confined to the thread that runs it; libcurl calls back on that thread alone.
final class Transfer {
    private static let headerLimit = 64 * 1024

    private let request: WebRequest
    private let settings: RequestSender.Settings
    private var response = WebResponse(status: 0)
    private var headerBytes = 0
    private var isOverLimit = false
    /// Whether the empty line behind the header has arrived. libcurl takes a header that is cut for a whole
    /// one.
    private var isHeaderComplete = false
    /// Whether libcurl was about to send the request on a connection that is ready. Until then no byte of it
    /// has been sent: `CURLOPT_PREREQFUNCTION` is called "after a connection has been established (including
    /// any SSL handshaking), but before any request is actually made".
    private var hasBegun = false

    init(_ request: WebRequest, _ settings: RequestSender.Settings) {
        self.request = request
        self.settings = settings
    }

    /// - Parameters:
    ///   - handle: without any option set.
    ///   - isKept: whether the connection may be one of an earlier request, and is kept for the next one.
    func run(on handle: UnsafeMutableRawPointer, isKept: Bool) throws(WebError) -> WebResponse {
        var list: UnsafeMutablePointer<curl_slist>?
        // Without this field libcurl waits for "100 Continue" before a large body, and repeats the request
        // after 417.
        for line in ["Expect:"] + request.fields.map({ "\($0.name): \($0.value)" }) {
            list = curl_slist_append(list, line)
        }
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { curl_slist_free_all(list) }
        configureConnection(handle)
        set(handle, CURLOPT_FRESH_CONNECT, isKept ? 0 : 1)
        set(handle, CURLOPT_FORBID_REUSE, isKept ? 0 : 1)
        let code = message.withUnsafeMutableBufferPointer { message in
            request.body.withUnsafeBufferPointer { body in
                configureRequest(handle, body: body, list: list)
                set(handle, CURLOPT_ERRORBUFFER, UnsafeRawPointer(message.baseAddress))
                return withExtendedLifetime(self) { curl_easy_perform(handle) }
            }
        }
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        guard code == CURLE_OK else { throw error(code, message) }
        guard isHeaderComplete else { throw .unknown("the answer ended in its header") }
        response.status = status
        return response
    }

    private func error(_ code: CURLcode, _ message: [CChar]) -> WebError {
        if isOverLimit { return .unknown("the answer is larger than \(settings.responseLimit) bytes") }
        let detail = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        return hasBegun ? .unknown(text) : .notSent(text)
    }

    // MARK: Options

    private func configureConnection(_ handle: UnsafeMutableRawPointer) {
        setText(handle, CURLOPT_URL, request.address.description)
        setText(handle, CURLOPT_PROTOCOLS_STR, request.address.scheme.rawValue)
        set(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(handle, CURLOPT_FOLLOWLOCATION, 0)
        set(handle, CURLOPT_SSL_VERIFYPEER, 1)
        set(handle, CURLOPT_SSL_VERIFYHOST, 2)
        set(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = settings.authorityFile { setText(handle, CURLOPT_CAINFO, file) }
        // An empty proxy is none, whatever the environment says.
        if request.address.isLoopback { setText(handle, CURLOPT_PROXY, "") }
        set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Signals belong to the process, not to a resolver's timeout.
        set(handle, CURLOPT_NOSIGNAL, 1)
        set(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(settings.connectTimeout))
        set(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(settings.timeout))
    }

    private func configureRequest(
        _ handle: UnsafeMutableRawPointer, body: UnsafeBufferPointer<UInt8>,
        list: UnsafeMutablePointer<curl_slist>?
    ) {
        switch request.method {
        case .get: set(handle, CURLOPT_HTTPGET, 1)
        case .post:
            set(handle, CURLOPT_POST, 1)
            set(handle, CURLOPT_POSTFIELDSIZE, body.count)
            // libcurl takes a body of no bytes from standard input where the pointer is NULL.
            let empty = UnsafeRawPointer(("" as StaticString).utf8Start)
            set(handle, CURLOPT_POSTFIELDS, body.baseAddress.map { UnsafeRawPointer($0) } ?? empty)
        }
        set(handle, CURLOPT_HTTPHEADER, list.map { UnsafeRawPointer($0) })
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        set(handle, CURLOPT_PREREQDATA, context)
        set(handle, CURLOPT_WRITEDATA, context)
        set(handle, CURLOPT_HEADERDATA, context)
        ccurl_set_prerequest(handle) { context, _, _, _, _ in
            Transfer.from(context)?.hasBegun = true
            return CURL_PREREQFUNC_OK
        }
        ccurl_set_bytes_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Transfer.from(context)?.takeBody(part) ?? 0
        }
        ccurl_set_bytes_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Transfer.from(context)?.takeHeader(line) ?? 0
        }
    }

    private func set(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int) {
        let code = ccurl_set_long(handle, option, value)
        precondition(code == CURLE_OK, "libcurl refuses an option that every build of it has")
    }

    private func set(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: UnsafeRawPointer?) {
        let code = ccurl_set_pointer(handle, option, value)
        precondition(code == CURLE_OK, "libcurl refuses an option that every build of it has")
    }

    /// libcurl copies texts.
    private func setText(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ text: String) {
        text.withCString { set(handle, option, UnsafeRawPointer($0)) }
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        // 0 would be no timeout at all.
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }

    // MARK: What libcurl received

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: the number of bytes taken; any other number than all of them ends the transfer.
    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard response.body.count + bytes.count <= settings.responseLimit else {
            isOverLimit = true
            return 0
        }
        response.body.append(contentsOf: bytes)
        return bytes.count
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        headerBytes += line.count
        guard headerBytes <= Self.headerLimit else {
            isOverLimit = true
            return 0
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // An interim answer came before.
            response.fields = []
            isHeaderComplete = false
        } else if text == "\r\n" || text == "\n" {
            isHeaderComplete = true
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " }.prefix {
                $0 != "\r\n" && $0 != "\n"
            }
            response.fields.append(.init(text[..<colon].lowercased(), String(value)))
        }
        return line.count
    }
}
