// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Structured lines on standard error: JSON where a machine reads, `key=value` where a person does.
///
/// Every line is one `write(2)`, so that lines of several threads never mix. Logging never blocks: a line
/// that the descriptor does not take is dropped and counted. When a level is off its fields are not
/// evaluated. Text of any origin is escaped (``LineEscaping``): no value can start a new line, colour a
/// terminal or reach a look-up in a log pipeline.
public struct Log: Sendable {
    /// How lines look.
    public enum Format: Sendable, Equatable {
        /// One JSON object a line: `time`, `level`, `message`, then the fields.
        case json
        /// `time LEVEL message key=value …` for a person at a terminal.
        case readable
    }

    /// The bytes of a text that are written; what is longer is cut and marked with `…`.
    public static let longestText = 1024

    /// The least level that is written.
    public let level: LogLevel
    private let format: Format
    private let isSilent: Bool
    let output: LogOutput
    /// The fields of every line, rendered once.
    private var context: [UInt8] = []
    private var namesThreads = false

    /// - Parameters:
    ///   - level: lines below it cost a comparison and nothing else.
    ///   - format: nil decides by the descriptor: readable on a terminal, JSON elsewhere.
    ///   - descriptor: an open file descriptor, standard error by default. It is not closed.
    public init(level: LogLevel = .info, format: Format? = nil, descriptor: Int32 = 2) {
        self.level = level
        self.format = format ?? (isatty(descriptor) == 1 ? .readable : .json)
        isSilent = descriptor < 0
        output = LogOutput(descriptor)
    }

    /// A log that writes nothing, for tests and for parts that are used without one.
    public static let silent = Log(level: .error, format: .json, descriptor: -1)

    /// The same log with fields on each of its lines, such as the worker's thread.
    public func with(_ fields: KeyValuePairs<StaticString, LogValue>) -> Log {
        var copy = self
        var line = LogLine(format: format, context: context)
        line.append(fields)
        copy.context = line.bytes
        return copy
    }

    /// The same log with the name of the writing thread in each line.
    public func namingThreads() -> Log {
        var copy = self
        copy.namesThreads = true
        return copy
    }

    /// Writes a line of the level ``LogLevel/debug``.
    public func debug(
        _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        if isOn(.debug) { write(.debug, "\(message)", fields()) }
    }

    /// Writes a line of the level ``LogLevel/info``.
    public func info(
        _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        if isOn(.info) { write(.info, "\(message)", fields()) }
    }

    /// Writes a line of the level ``LogLevel/warning``. Its message is the three parts, joined by semicolons.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - next: what the process does now, or what follows from it.
    ///   - advice: what an operator can do.
    public func warning(
        _ event: StaticString, next: StaticString, advice: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        if isOn(.warning) { write(.warning, Self.message(event, next, advice), fields()) }
    }

    /// Writes a line of the level ``LogLevel/error``, of the same parts as ``warning(_:next:advice:_:)``.
    public func error(
        _ event: StaticString, next: StaticString, advice: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        if isOn(.error) { write(.error, Self.message(event, next, advice), fields()) }
    }

    /// Whether a line of this level is written.
    public func isOn(_ level: LogLevel) -> Bool {
        level >= self.level && !isSilent
    }

    /// As the kernel shows it in `top -H`.
    private static var threadName: String {
        var name = [UInt8](repeating: 0, count: 16)
        let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        let count = max(0, read(file, &name, name.count))
        return String(decoding: name.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func message(
        _ event: StaticString, _ next: StaticString, _ advice: StaticString
    ) -> String { "\(event); \(next); \(advice)" }

    @inline(never)
    private func write(
        _ level: LogLevel, _ message: String, _ fields: KeyValuePairs<StaticString, LogValue>
    ) {
        var line = LogLine(format: format)
        line.open(level: level, message: message)
        line.bytes.append(contentsOf: context)
        if namesThreads { line.append(["thread": .text(Self.threadName)]) }
        line.append(fields)
        line.close()
        output.write(line.bytes, level: level) { dropped in
            var notice = LogLine(format: format)
            notice.open(
                level: .warning,
                message: Self.message(
                    "log lines were dropped: the reader of this log is too slow",
                    "callbacks are not affected", "make the reader faster, or raise log.level"))
            notice.bytes.append(contentsOf: context)
            notice.append(["lines": .integer(dropped)])
            notice.close()
            return notice.bytes
        }
    }
}
