// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What Prometheus expects of every process, read from the kernel at each scrape.
enum ProcessMetrics {
    /// Every family with what is read for it.
    static let readings: [(family: MetricFamily, value: @Sendable () -> Double)] = {
        let start = started
        return [
            (
                .gauge("process_start_time_seconds", "When the process started, in Unix seconds."),
                { start }
            ),
            (
                .counter("process_cpu_seconds_total", "Processor time of the process, user and system."),
                { now(CLOCK_PROCESS_CPUTIME_ID) }
            ),
            (
                .gauge("process_resident_memory_bytes", "Memory of the process that is resident."),
                { memory(at: 1) }
            ),
            (.gauge("process_virtual_memory_bytes", "Address space of the process."), { memory(at: 0) }),
            (
                .gauge("process_virtual_memory_max_bytes", "Limit of the address space; -1 without one."),
                { limit(of: RLIMIT_AS) }
            ),
            (.gauge("process_open_fds", "Files and sockets that the process has open."), { openFileCount }),
            (.gauge("process_max_fds", "Limit of open files and sockets."), { limit(of: RLIMIT_NOFILE) }),
            (.gauge("process_threads", "Threads of the process."), { number(.threads) ?? 0 }),
        ]
    }()

    /// Field of `/proc/self/stat` (proc(5)), counted from the one behind the name of the program.
    private enum Field: Int {
        case threads = 17
        case startTime = 19
    }

    /// Unix seconds. `/proc` counts from the boot, in ticks.
    private static var started: Double {
        guard let ticks = number(.startTime) else { return now(CLOCK_REALTIME) }
        let sinceBoot = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        return now(CLOCK_REALTIME) - (now(CLOCK_BOOTTIME) - sinceBoot)
    }

    /// Bytes; `index` 0 of `/proc/self/statm` counts all pages, 1 the resident ones.
    private static func memory(at index: Int) -> Double {
        let words = text(of: "/proc/self/statm").split(separator: " ")
        guard index < words.count, let pages = Double(words[index]) else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var openFileCount: Double {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder that is being read.
        return Double(max(0, count - 3))
    }

    /// The soft limit of a resource; -1 without one.
    private static func limit(of resource: __rlimit_resource) -> Double {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return -1 }
        return limit.rlim_cur == rlim_t.max ? -1 : Double(limit.rlim_cur)
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The name of the program, in parentheses, may contain spaces.
    private static func number(_ field: Field) -> Double? {
        let text = text(of: "/proc/self/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        return field.rawValue < words.count ? Double(words[field.rawValue]) : nil
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

extension MetricsRegistry {
    /// The families that ``addProcess()`` adds.
    public static let processFamilies = ProcessMetrics.readings.map(\.family)

    /// Adds what Prometheus expects of every process.
    public func addProcess() {
        declare(Self.processFamilies)
        for (family, value) in ProcessMetrics.readings { read(family, value: value) }
    }
}
