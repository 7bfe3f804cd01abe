// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTP
import Kafka
import Synchronization
import System
import Telemetry

/// Reports to systemd, or to any service manager that speaks its protocol: datagrams of lines `NAME=value` to
/// the socket that `NOTIFY_SOCKET` names (sd_notify(3)). A datagram needs no library.
///
/// `READY=1` says that the configuration is valid and the ports listen, not that Kafka is there: a unit whose
/// start times out would be killed while it waits. Why it is not ready is in `STATUS`, which `systemctl
/// status` shows. The watchdog is served while `/livez` is 200.
final class ServiceManager: Sendable {
    private let descriptor: Int32
    private let address: sockaddr_un
    private let addressLength: socklen_t
    /// Half of the time after which systemd ends a process that is silent; nil without a watchdog.
    private let watchdogInterval: Duration?
    private let isStopping = Mutex(false)
    private let log: Log

    /// Nil where no service manager asks for reports.
    init?(_ environment: [String: String], log: Log) {
        guard let path = environment["NOTIFY_SOCKET"], !path.isEmpty else { return nil }
        guard let (address, length) = Self.address(path) else {
            log.warning(
                "NOTIFY_SOCKET names no Unix socket", next: "nothing is reported to the service manager",
                advice: "unset it where no service manager runs",
                ["value": .text(path)])
            return nil
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        // A manager whose queue is full holds this thread up for a second, and no other.
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        self.descriptor = descriptor
        self.address = address
        addressLength = length
        watchdogInterval = Self.watchdogInterval(environment)
        self.log = log
    }

    deinit { close(descriptor) }

    /// Reports that the process is ready, then its state until it stops, from a separate thread.
    func ready(isAlive: @escaping @Sendable () -> Bool, readiness: @escaping @Sendable () -> Readiness) {
        let first = Self.status(readiness())
        send(["READY=1", "STATUS=\(first)"])
        let interval = min(watchdogInterval ?? .seconds(1), .seconds(1))
        OSThread(name: "service-manager") { [self] in
            var status = first
            var watchdogDue = ContinuousClock.now
            while true {
                let current = Self.status(readiness())
                let isOver = isStopping.withLock { isStopping in
                    if !isStopping, current != status { send(["STATUS=\(current)"]) }
                    return isStopping
                }
                status = current
                if let watchdogInterval, ContinuousClock.now >= watchdogDue, isOver || isAlive() {
                    send(["WATCHDOG=1"])
                    watchdogDue = .now + watchdogInterval
                }
                usleep(UInt32(interval / .microseconds(1)))
            }
        }.detach()
    }

    /// Reports that the process is about to end.
    func stopping() {
        isStopping.withLock { isStopping in
            isStopping = true
            send(["STOPPING=1", "STATUS=stopping"])
        }
    }

    /// What `systemctl status` shows: one line.
    private static func status(_ readiness: Readiness) -> String {
        if readiness.isReady { return "ready" }
        let reasons = readiness.obstacles.map(\.reason).joined(separator: "; ")
        return "not ready: " + reasons.replacing("\n", with: " ")
    }

    private func send(_ lines: [String]) {
        let message = Array(lines.joined(separator: "\n").utf8)
        let count = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, addressLength)
            }
        }
        if count != message.count {
            log.debug("the service manager took no report", ["errno": .integer(Int(errno))])
        }
    }

    /// A path, or an abstract name that begins with `@`. Other kinds are not served.
    private static func address(_ path: String) -> (sockaddr_un, socklen_t)? {
        guard path.hasPrefix("/") || path.hasPrefix("@") else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        // An abstract name begins with a zero byte and ends where its length says; a path ends with one.
        if path.hasPrefix("@") { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return (address, socklen_t(offset + bytes.count))
    }

    private static func watchdogInterval(_ environment: [String: String]) -> Duration? {
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 1 else {
            return nil
        }
        // The variables are inherited by children of the process that they are for.
        if let process = environment["WATCHDOG_PID"], process != "\(getpid())" { return nil }
        return .microseconds(microseconds / 2)
    }
}
