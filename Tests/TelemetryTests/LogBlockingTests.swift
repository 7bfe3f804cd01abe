// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

/// A reader that stalls costs lines, never a thread. Each test would hang if a write waited.
@Suite("A log whose reader stalls")
struct LogBlockingTests {
    enum Channel: CaseIterable {
        case pipe, socket

        /// The end to read from and the end to write to, both blocking as a container's are.
        func make() -> (read: Int32, write: Int32) {
            var ends: [Int32] = [-1, -1]
            switch self {
            case .pipe: #expect(Glibc.pipe(&ends) == 0)
            case .socket:
                #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            }
            return (ends[0], ends[1])
        }
    }

    @Test("lines that do not fit are dropped and counted, and nothing waits", arguments: Channel.allCases)
    func dropped(channel: Channel) throws {
        let (read, write) = channel.make()
        defer {
            close(read)
            close(write)
        }
        let metrics = MetricsRegistry()
        let log = Log(format: .json, descriptor: write)
        metrics.addLog(log)
        let written = BackgroundThread {
            for number in 0..<20_000 { log.info("a callback came", ["number": .integer(number)]) }
            return true
        }
        #expect(eventually(within: .seconds(60)) { written.isOver })
        let lines = try value("tidings_log_lines_total{level=\"info\"}", metrics)
        let dropped = try value("tidings_log_lines_dropped_total", metrics)
        #expect(lines > 0 && dropped > 0)
        #expect(lines + dropped == 20_000)
    }

    @Test("after a stall the log says how many lines are missing, and every line is whole")
    func notice() throws {
        let (read, write) = Channel.pipe.make()
        defer { close(read) }
        let metrics = MetricsRegistry()
        do {
            let log = Log(format: .json, descriptor: write)
            metrics.addLog(log)
            for number in 0..<5000 {
                log.info("x", ["text": .text(String(repeating: "é", count: 300)), "n": .integer(number)])
            }
            var text = drain(read, bytes: 1 << 20)
            log.info("after the stall")
            text += drain(read, bytes: 1 << 20)
            let lines = text.split(separator: "\n")
            let last = try #require(lines.last)
            #expect(last.contains("after the stall"))
            let dropped = try value("tidings_log_lines_dropped_total", metrics)
            #expect(lines[lines.count - 2].contains("\"lines\":\(dropped)}"), "\(lines[lines.count - 2])")
            // At most the line that the stall cut off is not whole.
            let torn = lines.count {
                (try? JSONSerialization.jsonObject(with: Data($0.utf8))) == nil
            }
            #expect(torn <= 1)
        }
        close(write)
    }

    @Test("the descriptor that the log was given stays blocking for others")
    func othersUntouched() {
        let (read, write) = Channel.pipe.make()
        let log = Log(format: .json, descriptor: write)
        log.info("x")
        #expect(fcntl(write, F_GETFL) & O_NONBLOCK == 0)
        close(read)
        close(write)
    }

    private func value(_ name: String, _ metrics: MetricsRegistry) throws -> Int {
        let text = String(decoding: metrics.text(), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
        return try #require(Int(line.dropFirst(name.utf8.count + 1)))
    }

    /// All that can be read without waiting.
    private func drain(_ descriptor: Int32, bytes: Int) -> String {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: bytes)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        return String(decoding: all, as: UTF8.self)
    }
}

@Suite("Log interval")
struct LogIntervalTests {
    @Test("the first line is due immediately, then one in each interval with the number left out")
    func due() {
        let interval = LogInterval(.seconds(60))
        #expect(interval.next(at: 1000) == 0)
        #expect(interval.next(at: 1001) == nil)
        #expect(interval.next(at: 60_999) == nil)
        #expect(interval.next(at: 61_000) == 2)
        #expect(interval.next(at: 61_000) == nil)
        #expect(interval.next(at: 500_000) == 1)
    }

    @Test("of many threads at the same moment one has the line, and none is forgotten")
    func threads() {
        let interval = LogInterval(.seconds(60))
        let due = onThreads(4) { _ in (0..<1000).count { _ in interval.next(at: 5000) != nil } }
        #expect(due.reduce(0, +) == 1)
        #expect(interval.next(at: 100_000) == 3999)
    }
}
