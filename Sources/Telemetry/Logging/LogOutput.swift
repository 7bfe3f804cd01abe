// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// The descriptor that log lines are written to. A write never waits for the reader of the descriptor.
///
/// Standard error of a container or a unit is a pipe or a socket. When its reader stalls, `write(2)` on a
/// blocking descriptor stops the thread that logs, which may be a worker's or one of librdkafka's. So a line
/// that does not fit is dropped and counted, and the next line that fits is preceded by one that says how
/// many were dropped.
///
/// Safe from any thread.
final class LogOutput: Sendable {
    /// How the descriptor is kept from blocking.
    private enum Mode {
        /// A regular file does not block.
        case file
        /// A pipe or a terminal, opened a second time: `O_NONBLOCK` belongs to the open file description,
        /// which the original descriptor may share with other processes.
        case reopened(Int32)
        /// `send(2)` takes `MSG_DONTWAIT` for each call.
        case socket
        /// A pipe or terminal of another user, which cannot be opened again. It is asked before each write,
        /// and a pipe with any room takes `PIPE_BUF` bytes without blocking (pipe(7)).
        case polled
        /// There is no such descriptor.
        case none
    }

    private struct State {
        /// Lines dropped since the last line that was written.
        var dropped = 0
        /// The last line was written in part: the next one starts with a line end.
        var isTorn = false
    }

    private static let pipeBytes = 4096

    private let descriptor: Int32
    private let mode: Mode
    private let state = Mutex(State())
    /// One for each level.
    private let lines = LogLevel.allCases.map { _ in Counter() }
    private let droppedLines = Counter()

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        mode = Self.mode(of: descriptor)
    }

    deinit {
        if case .reopened(let own) = mode { close(own) }
    }

    /// How many lines of a level were written.
    func count(of level: LogLevel) -> Int { lines[level.rank].value }

    /// How many lines were dropped because the descriptor took no more.
    var droppedCount: Int { droppedLines.value }

    /// Writes one line, or drops it.
    ///
    /// - Parameter notice: makes the line that reports the number of dropped lines.
    func write(_ line: [UInt8], level: LogLevel, notice: (Int) -> [UInt8]) {
        if case .none = mode { return }
        let isWritten = state.withLock { state in
            if state.dropped > 0 {
                guard put(notice(state.dropped), &state) else {
                    state.dropped += 1
                    return false
                }
                state.dropped = 0
            }
            guard put(line, &state) else {
                state.dropped += 1
                return false
            }
            return true
        }
        if isWritten { lines[level.rank].add() } else { droppedLines.add() }
    }

    /// Whether the whole line was written.
    private func put(_ line: [UInt8], _ state: inout State) -> Bool {
        let bytes = state.isTorn ? [UInt8(ascii: "\n")] + line : line
        let count = bytes.withUnsafeBytes(send)
        if count > 0 { state.isTorn = count < bytes.count }
        return count == bytes.count
    }

    /// The number of bytes taken, below one for none.
    private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        while true {
            let count: Int
            switch mode {
            case .file: count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            case .reopened(let own): count = Glibc.write(own, bytes.baseAddress, bytes.count)
            case .socket:
                count = Glibc.send(
                    descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            case .polled:
                guard bytes.count <= Self.pipeBytes, isWritable else { return 0 }
                count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            case .none: return 0
            }
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private var isWritable: Bool {
        var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&asked, 1, 0) == 1 && asked.revents & Int16(POLLOUT) != 0
    }

    private static func mode(of descriptor: Int32) -> Mode {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return .none }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFSOCK: return .socket
        default:
            let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
            return own >= 0 ? .reopened(own) : .polled
        }
    }
}
