// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Glibc

/// A request as the handler sees it: borrowed for the call, never kept.
public struct Request: ~Copyable {
    public let method: Method
    /// The address at the other end of the socket; behind a proxy that of the proxy.
    public let peer: IPAddress
    /// What ``RequestHandler/admit(_:)`` remembered; 0 before.
    public let mark: Int64

    private let pathStart: UnsafeRawPointer
    private let pathBytes: Int
    let connection: OpaquePointer
    private let loop: Loop
    private let place: Int

    init(
        method: UnsafePointer<CChar>, path: UnsafePointer<CChar>, peer: IPAddress, mark: Int64,
        connection: OpaquePointer, loop: Loop, place: Int
    ) {
        self.method = Method(method)
        self.peer = peer
        self.mark = mark
        pathStart = UnsafeRawPointer(path)
        pathBytes = strlen(path)
        self.connection = connection
        self.loop = loop
        self.place = place
    }

    /// The path as sent: percent escapes stay, a query and the scheme and host of an absolute form are cut
    /// off.
    public var path: RawSpan {
        @_lifetime(borrow self)
        get {
            let skipped = originLength
            let span = unsafe RawSpan(_unsafeStart: pathStart + skipped, byteCount: pathBytes - skipped)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The value of a field, the first where there are several; nil where there is none.
    ///
    /// - Parameter body: borrows the value.
    public func withField<Result>(_ name: StaticString, _ body: (RawSpan) -> Result) -> Result? {
        var value: UnsafePointer<CChar>?
        var count = 0
        let start = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        guard
            MHD_lookup_connection_value_n(
                connection, .HEADER_KIND, start, name.utf8CodeUnitCount, &value, &count) == .YES
        else { return nil }
        return body(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count).bytes)
    }

    /// All values of a field in the order sent, joined by commas as RFC 9110 §5.3 allows; nil where there is
    /// none.
    ///
    /// - Parameter name: in lower case.
    public func joinedField(_ name: StaticString) -> [UInt8]? {
        var walk = FieldWalk(name: name)
        withUnsafeMutablePointer(to: &walk) { walk in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { walk, _, name, nameBytes, value, valueBytes in
                    walk?.assumingMemoryBound(to: FieldWalk.self).pointee.note(
                        name: UnsafeRawBufferPointer(start: name, count: nameBytes),
                        value: UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueBytes))
                    return .YES
                }, walk)
        }
        return walk.joined
    }

    /// Holds the request until its ticket is answered. Call it before the work is handed to another
    /// thread: the answer may come before this handler returns. At most once for each request.
    ///
    /// - Parameter note: a number that ``Server/note(of:)`` gives back to anyone who answers.
    public func hold(note: Int64 = 0) -> Ticket {
        loop.hold(place, note: note)
    }

    /// How many bytes of `http://host` are before the path of an absolute form (RFC 9112 §3.2.2).
    private var originLength: Int {
        guard pathBytes > 7, pathStart.load(as: UInt8.self) != UInt8(ascii: "/") else { return 0 }
        let bytes = UnsafeRawBufferPointer(start: pathStart, count: pathBytes)
        let scheme = [7, 8].first { length in
            length < pathBytes
                && RequestFacts.isCaselesslyEqual(
                    UnsafeRawBufferPointer(rebasing: bytes[..<length]), length == 7 ? "http://" : "https://")
        }
        guard let scheme else { return 0 }
        return bytes[scheme...].firstIndex(of: UInt8(ascii: "/")) ?? 0
    }
}

private struct FieldWalk {
    let name: StaticString
    var joined: [UInt8]?

    mutating func note(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        guard RequestFacts.isCaselesslyEqual(name, self.name) else { return }
        if joined != nil { joined?.append(UInt8(ascii: ",")) }
        joined = (joined ?? []) + Array(value)
    }
}

extension Method {
    init(_ text: UnsafePointer<CChar>) {
        self =
            if strcmp(text, MHD_HTTP_METHOD_POST) == 0 {
                .post
            } else if strcmp(text, MHD_HTTP_METHOD_GET) == 0 {
                .get
            } else if strcmp(text, MHD_HTTP_METHOD_HEAD) == 0 {
                .head
            } else {
                .other
            }
    }
}
