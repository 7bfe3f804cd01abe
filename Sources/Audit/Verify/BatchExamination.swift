// SPDX-License-Identifier: Apache-2.0
import Glibc
public import Payments

/// Examines lines `{"body":"…","secret":"…"}` and answers each with a line, in order.
///
/// The line itself is parsed by the strict scanner too; other members are ignored. Answers are written
/// whenever all lines that have arrived are done, so that a program may wait for each answer.
public struct BatchExamination {
    private var examiner: Examiner
    private let hasEvents: Bool
    // Bodies are held to their limits by the examiner; a line only has to be JSON.
    private var line = JSONTree(
        limits: JSONLimits(depth: 8, members: 64, numberBytes: 64, signedBytes: 1 << 30))
    private var secret: [UInt8] = []
    private var output = JSONWriter()

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
                if output.bytes.count >= 1 << 18 { try flush(to: descriptor) }
            }
            try flush(to: descriptor)
        }
        return malformed
    }

    private mutating func answer(_ bytes: RawSpan) -> Bool {
        defer { output.endLine() }
        do throws(JSONError) {
            try line.parse(bytes)
        } catch {
            return refuse("the line is not JSON: \(error)")
        }
        guard let body = text("body"), let secret = text("secret") else {
            return refuse("the line has no body and secret")
        }
        // Held by a separate name, since a span of it would borrow all of `self`.
        let bytes = line.bytes
        self.secret.removeAll(keepingCapacity: true)
        self.secret.append(contentsOf: bytes[secret.range])
        _ = examiner.examine(
            bytes.span.extracting(body.range).bytes, secret: self.secret, withText: true, into: &output)
        return true
    }

    private func text(_ key: StaticString) -> ByteRange? {
        guard let member = line.member(key, of: 0), line.nodes[member].kind == .string else { return nil }
        return line.nodes[member].value
    }

    private mutating func refuse(_ error: String) -> Bool {
        let answer = ExaminationAnswer(
            error: error, stringToSign: .yes(nil), event: hasEvents ? .yes(nil) : .no)
        answer.write(to: &output)
        return false
    }

    private mutating func flush(to descriptor: Int32) throws(AuditError) {
        let answers = output.bytes
        var written = 0
        while written < answers.count {
            let count = answers.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("the answers cannot be written") }
            written += count
        }
        output.removeAll()
    }
}
