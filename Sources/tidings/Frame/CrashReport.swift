// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a crash leaves behind: where it happened, and nothing of what was in memory, where bodies and secrets
/// are.
enum CrashReport {
    private static let variable = "SWIFT_BACKTRACE"
    private static let withoutMemory = "registers=none"

    /// Call it first thing.
    ///
    /// Swift's runtime prints registers with the bytes they point at, which may be a body or a secret. It
    /// reads its settings before `main`, so the process starts itself again with them; a core dump it can
    /// still refuse.
    static func keepMemoryOut() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let asked = getenv(variable).map { String(cString: $0) }
        if let asked, asked.contains(withoutMemory) { return }
        guard let path = executablePath else { return forbid() }
        // Ours last: of two settings of one name the later holds.
        setenv(variable, (asked.map { $0 + "," } ?? "") + withoutMemory, 1)
        execv(path, CommandLine.unsafeArgv)
        forbid()
    }

    /// The runtime's report is switched off where it cannot be reported what to leave out.
    private static func forbid() {
        for fault in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(fault, SIG_DFL) }
    }

    private static var executablePath: String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let start = buffer.baseAddress else { return 0 }
            return readlink("/proc/self/exe", start, buffer.count)
        }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
