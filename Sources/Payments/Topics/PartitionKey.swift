// SPDX-License-Identifier: Apache-2.0

/// By what a callback is partitioned, compacted and remembered: the payment, else whatever it can be named
/// by.
///
/// Read from the signed lines like every field, so that no re-arrangement of a body moves it to another
/// payment's state. Ingress and worker derive it by this same code, and the worker checks that a record is
/// where it should.
public enum PartitionKey {
    /// Longer keys are hashed: they are written to every topic and the local store.
    public static let longestBytes = 400

    /// Writes the key in place of what `key` holds.
    ///
    ///     1234:payment_47          the payment; ASCII letters of its id are folded, as the platform does
    ///     token:1234:<32 hex>      a stored card: the first 128 bits of SHA-256 over `1234:` and the token,
    ///     since
    ///                              a token charges a card and keys are seen by everybody who reads a topic
    ///     recurring:1234:…         a recurring change without a payment
    ///     request:1234:…           the answer to a request without any of these
    ///     sha256:1234:<64 hex>     of the text above where that has over 400 bytes, else of the body
    ///
    /// - Parameters:
    ///   - lines: in any order; the key does not depend on it. None of a body that could not be read.
    ///   - projectID: of the key that verified. Nil, where none is known, takes what the lines say.
    ///   - body: as received.
    public static func derive(
        from lines: borrowing SignedLines, projectID: Int64?, body: RawSpan, into key: inout [UInt8]
    ) {
        let names = Names(lines)
        let bytes = lines.bytes.span
        key.removeAll(keepingCapacity: true)
        let project = projectID ?? names.project(in: bytes)
        guard let (kind, name) = names.first else {
            return appendHash(of: body, project: project, to: &key)
        }
        switch kind {
        case .payment: break
        case .token: return appendTokenKey(of: bytes.extracting(name.range), project: project, to: &key)
        case .recurring: append("recurring:", to: &key)
        case .request: append("request:", to: &key)
        }
        appendProject(project, to: &key)
        append(bytes.extracting(name.range), isFolded: kind == .payment, to: &key)
        hashIfLong(&key, project: project)
    }

    /// The key of a payment by the names that a person knows it by.
    public static func derive(projectID: Int64, paymentID: Span<UInt8>, into key: inout [UInt8]) {
        key.removeAll(keepingCapacity: true)
        appendProject(projectID, to: &key)
        append(paymentID, isFolded: true, to: &key)
        hashIfLong(&key, project: projectID)
    }
}

extension PartitionKey {
    private enum Kind {
        case payment, token, recurring, request
    }

    /// What a body can be named by, the most specific first.
    private struct Names {
        var payment = ByteRange.absent
        var token = ByteRange.absent
        var recurring = ByteRange.absent
        var request = ByteRange.absent
        var rootProject = ByteRange.absent
        var generalProject = ByteRange.absent

        /// Asks for six beginnings instead of looking every line up: most lines are reported by their first
        /// byte.
        init(_ lines: borrowing SignedLines) {
            let bytes = lines.bytes.span
            let all = lines.lines.span
            for index in all.indices {
                let text = ByteRange(start: all[index].path.start, end: all[index].value.end)
                switch bytes[Int(text.start)] {
                case UInt8(ascii: "p"):
                    Self.take("payment:id:", of: text, as: &payment, in: bytes)
                    Self.take("project_id:", of: text, as: &rootProject, in: bytes)
                case UInt8(ascii: "t"):
                    Self.take("token:", of: text, as: &token, in: bytes)
                case UInt8(ascii: "r"):
                    Self.take("recurring:id:", of: text, as: &recurring, in: bytes)
                    Self.take("request:id:", of: text, as: &request, in: bytes)
                case UInt8(ascii: "g"):
                    Self.take("general:project_id:", of: text, as: &generalProject, in: bytes)
                default: break
                }
            }
        }

        /// Of two lines with one path, which make the body ambiguous, the lesser value counts: the ingress
        /// has the lines sorted, the worker need not.
        private static func take(
            _ beginning: StaticString, of line: ByteRange, as name: inout ByteRange, in bytes: Span<UInt8>
        ) {
            guard bytes.has(beginning, at: Int(line.start), to: Int(line.end)) else { return }
            let value = ByteRange(start: line.start + Int32(beginning.utf8CodeUnitCount), end: line.end)
            guard !value.isEmpty else { return }
            if name.isEmpty || PathOrder.bytes.isLess(value, name, in: bytes) { name = value }
        }

        var first: (kind: Kind, name: ByteRange)? {
            if !payment.isEmpty { return (.payment, payment) }
            if !token.isEmpty { return (.token, token) }
            if !recurring.isEmpty { return (.recurring, recurring) }
            if !request.isEmpty { return (.request, request) }
            return nil
        }

        func project(in bytes: Span<UInt8>) -> Int64? {
            Digits.number(bytes, rootProject) ?? Digits.number(bytes, generalProject)
        }
    }

    private static func append(_ name: Span<UInt8>, isFolded: Bool, to key: inout [UInt8]) {
        for index in name.indices {
            let byte = name[index]
            let isUpper = isFolded && byte &- UInt8(ascii: "A") < 26
            key.append(isUpper ? byte | 0x20 : byte)
        }
    }

    private static func hashIfLong(_ key: inout [UInt8], project: Int64?) {
        guard key.count > longestBytes else { return }
        let text = key
        key.removeAll(keepingCapacity: true)
        appendHash(of: text.span.bytes, project: project, to: &key)
    }

    private static func appendTokenKey(of token: Span<UInt8>, project: Int64?, to key: inout [UInt8]) {
        appendProject(project, to: &key)
        append(token, isFolded: false, to: &key)
        let text = key
        key.removeAll(keepingCapacity: true)
        append("token:", to: &key)
        appendProject(project, to: &key)
        appendHexadecimal(SHA256.digest(of: text.span.bytes), words: 2, to: &key)
    }

    private static func appendHash(of text: RawSpan, project: Int64?, to key: inout [UInt8]) {
        append("sha256:", to: &key)
        appendProject(project, to: &key)
        appendHexadecimal(SHA256.digest(of: text), words: 4, to: &key)
    }

    private static func appendHexadecimal(
        _ digest: InlineArray<4, UInt64>, words: Int, to key: inout [UInt8]
    ) {
        for index in 0..<words {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let nibble = UInt8(truncatingIfNeeded: digest[index] >> shift & 15)
                key.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
    }

    private static func append(_ text: StaticString, to key: inout [UInt8]) {
        text.withUTF8Buffer { key.append(contentsOf: $0) }
    }

    /// The project in decimal and a colon; `-` where nothing says which.
    private static func appendProject(_ project: Int64?, to key: inout [UInt8]) {
        if let project { key.appendDecimal(project) } else { key.append(UInt8(ascii: "-")) }
        key.append(UInt8(ascii: ":"))
    }
}
