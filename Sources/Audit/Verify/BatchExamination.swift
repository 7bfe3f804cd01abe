import Glibc
public import Payments

/// Examines lines `{"body":"…","secret":"…"}` and answers a line each, in order.
///
/// The line itself is read by the strict tree too. What it holds besides is passed over. Answers are written
/// whenever all lines that had arrived are done, so that a program may wait for each answer.
public struct BatchExamination {
    private var examiner: Examiner
    private let hasEvents: Bool
    // Bodies are held to their limits by the examiner; a line only has to be JSON.
    private var line = JSONTree(
        limits: JSONLimits(depth: 8, members: 64, numberBytes: 64, signedBytes: 1 << 30))
    private var secret: [UInt8] = []
    private var output: [UInt8] = []

    /// - Parameters:
    ///   - limits: of the bodies.
    ///   - bodyLimit: in bytes.
    ///   - topics: the topics that events would name; nil leaves events out of the answers.
    public init(limits: JSONLimits, bodyLimit: Int, eventsFor topics: TopicNames? = nil) {
        examiner = Examiner(limits: limits, bodyLimit: bodyLimit, eventsFor: topics)
        hasEvents = topics != nil
    }

    /// Runs until the input ends.
    ///
    /// - Parameters:
    ///   - input: a descriptor to read lines from.
    ///   - descriptor: where answers are written.
    /// - Returns: how many lines were no such objects; they are answered too, with an error.
    public mutating func run(from input: Int32, to descriptor: Int32) throws(AuditError) -> Int {
        var reader = LineReader(input)
        var malformed = 0
        while try reader.fill() {
            while let range = reader.next() {
                if !answer(reader.buffer.span.extracting(range).bytes) { malformed += 1 }
                if output.count >= 1 << 18 { try flush(to: descriptor) }
            }
            try flush(to: descriptor)
        }
        return malformed
    }

    private mutating func answer(_ bytes: RawSpan) -> Bool {
        defer { output.append(UInt8(ascii: "\n")) }
        do throws(JSONError) {
            try line.parse(bytes)
        } catch {
            return refuse("the line is not JSON: \(error)")
        }
        guard let body = text("body"), let secret = text("secret") else {
            return refuse("the line has no body and secret")
        }
        // Held by a name of its own, since a span of it would borrow all of `self`.
        let bytes = line.bytes
        self.secret.removeAll(keepingCapacity: true)
        self.secret.append(contentsOf: bytes[secret.range])
        _ = examiner.examine(
            bytes.span.extracting(body.range).bytes, secret: self.secret, withText: true, into: &output)
        return true
    }

    private func text(_ key: StaticString) -> Text? {
        guard let member = line.member(key, of: 0), line.nodes[member].kind == .string else { return nil }
        return line.nodes[member].value
    }

    private mutating func refuse(_ error: String) -> Bool {
        output.append(contentsOf: #"{"valid":false,"rule":null,"error":"#.utf8)
        JSONText.appendQuoted(error.utf8, to: &output)
        output.append(contentsOf: #","string_to_sign":null,"clear":false,"reasons":[]"#.utf8)
        output.append(contentsOf: hasEvents ? #","event":null}"#.utf8 : "}".utf8)
        return false
    }

    private mutating func flush(to descriptor: Int32) throws(AuditError) {
        var written = 0
        while written < output.count {
            let count = output.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("the answers cannot be written") }
            written += count
        }
        output.removeAll(keepingCapacity: true)
    }
}
