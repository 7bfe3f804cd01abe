// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Glibc

/// What the gate must know of a request's head, gathered in one walk over its fields.
struct RequestFacts: BitwiseCopyable, Equatable {
    var methodIsToken = true
    var expectsBody = false
    var isVersion10 = false
    var isVersion11 = false
    var uriBytes = 0

    var fieldCount = 0
    var fieldBytes = 0
    var longestFieldBytes = 0
    /// A name that is empty or holds what no token may, such as a space before the colon.
    var hasMalformedName = false
    /// A value with a control character other than the tab.
    var hasControlCharacter = false

    var hostCount = 0
    var contentLengthCount = 0
    /// Nil where a Content-Length is not 1 to 10 digits.
    var contentLength: Int? = 0
    var transferEncodingCount = 0
    var isChunked = false
    /// A Content-Encoding that changes the body.
    var hasContentCoding = false
    /// The server asks for client certificates, and this connection has none that it trusts.
    var lacksClientCertificate = false

    /// Whether anything follows the head.
    var hasBody: Bool { transferEncodingCount > 0 || contentLength != 0 }
}

extension RequestFacts {
    mutating func note(method: UnsafePointer<CChar>, version: UnsafePointer<CChar>) {
        let method = UnsafeRawBufferPointer(start: method, count: strlen(method))
        methodIsToken = !method.isEmpty && method.allSatisfy(Self.isTokenByte)
        expectsBody =
            Self.isEqual(method, "POST") || Self.isEqual(method, "PUT") || Self.isEqual(method, "PATCH")
        isVersion11 = strcmp(version, MHD_HTTP_VERSION_1_1) == 0
        isVersion10 = strcmp(version, MHD_HTTP_VERSION_1_0) == 0
    }

    mutating func note(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        fieldCount += 1
        let bytes = name.count + value.count
        // A colon, a space and the line's end belong to what the client sent.
        fieldBytes += bytes + 4
        longestFieldBytes = max(longestFieldBytes, bytes)
        if name.isEmpty || !name.allSatisfy(Self.isTokenByte) { hasMalformedName = true }
        for byte in value where byte < 0x20 && byte != 0x09 || byte == 0x7F { hasControlCharacter = true }

        switch name.count {
        case 4 where Self.isCaselesslyEqual(name, "host"):
            hostCount += 1
        case 14 where Self.isCaselesslyEqual(name, "content-length"):
            contentLengthCount += 1
            contentLength = Self.length(value)
        case 16 where Self.isCaselesslyEqual(name, "content-encoding"):
            hasContentCoding = hasContentCoding || !ContentCoding.isPlain(value)
        case 17 where Self.isCaselesslyEqual(name, "transfer-encoding"):
            transferEncodingCount += 1
            isChunked = Self.isCaselesslyEqual(value, "chunked")
        default:
            break
        }
    }

    private static func length(_ value: UnsafeRawBufferPointer) -> Int? {
        guard (1...10).contains(value.count) else { return nil }
        var length = 0
        for byte in value {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            length = length * 10 + Int(byte - 0x30)
        }
        return length
    }

    private static func isEqual(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard let start = bytes.baseAddress, bytes.count == text.utf8CodeUnitCount else { return false }
        return memcmp(start, text.utf8Start, bytes.count) == 0
    }

    /// - Parameter text: in lower case, ASCII.
    static func isCaselesslyEqual(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if folded != text.utf8Start[index] { return false }
        }
        return true
    }

    /// RFC 9110 §5.6.2, `tchar`: letters, digits and ``!#$%&'*+-.^_`|~``, as two bit sets.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        return byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}

extension RequestFacts {
    /// The facts of a request whose head libmicrohttpd has read.
    init(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        uriBytes: Int
    ) {
        self.init()
        self.uriBytes = uriBytes
        note(method: method, version: version)
        withUnsafeMutablePointer(to: &self) { facts in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { facts, _, name, nameBytes, value, valueBytes in
                    facts?.assumingMemoryBound(to: RequestFacts.self).pointee.note(
                        name: UnsafeRawBufferPointer(start: name, count: nameBytes),
                        value: UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueBytes))
                    return .YES
                }, facts)
        }
    }
}
