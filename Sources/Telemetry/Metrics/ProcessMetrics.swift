import Glibc

extension MetricsRegistry {
    /// Adds what Prometheus expects of every process, read from the kernel at each scrape, and what runs as
    /// labels of a gauge that is always 1.
    ///
    /// - Parameter build: one label a fact, such as `"librdkafka": "2.0.2"`.
    public func addProcess(build: KeyValuePairs<StaticString, String>) {
        gauge("tidings_build_info", help: "What runs: versions and revision, in labels", labels: build)
            .set(1)
        gauge("process_start_time_seconds", help: "When the process began, in Unix seconds")
            .set(time(nil))
        gauge("process_resident_memory_bytes", help: "Memory that the process holds") {
            // The second number of statm counts resident pages (proc(5)).
            Self.number(at: 1, of: "/proc/self/statm") * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
        counter("process_cpu_seconds_total", help: "Processor time of the process, user and system") {
            var used = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
            return used.tv_sec
        }
        gauge("process_open_fds", help: "Files and sockets that the process has open") { Self.openFiles }
    }

    private static func number(at index: Int, of path: String) -> Int {
        guard let file = fopen(path, "re") else { return 0 }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = fread(&text, 1, text.count, file)
        let words = text[..<count].split(separator: UInt8(ascii: " "))
        return index < words.count ? Int(String(decoding: words[index], as: UTF8.self)) ?? 0 : 0
    }

    private static var openFiles: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder that is being read.
        return max(0, count - 3)
    }
}
