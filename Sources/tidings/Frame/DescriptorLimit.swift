// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc

/// How many files and sockets the process may have open (`RLIMIT_NOFILE`).
enum DescriptorLimit {
    /// Kept for Kafka's connections, the management port, files and the log.
    static let reserved = 256

    /// Raises the soft limit to the hard one: the soft limit of most units and shells is 1024, for programs
    /// that still use `select(2)`. Returns the limit in force.
    @discardableResult
    static func raise() -> Int {
        var limit = current
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Refuses connection limits that the process could not keep: at the limit of descriptors Kafka's client
    /// could not reconnect and no file could be read.
    ///
    /// - Parameter sockets: what the server may have open.
    static func check(sockets: Int, _ settings: Settings) throws(ConfigurationError) {
        let limit = Int(clamping: current.rlim_cur)
        guard sockets > limit - reserved else { return }
        throw settings.refusal(
            of: IngressSettings.connectionLimit,
            "needs \(sockets + reserved) file descriptors with ingress.threads "
                + "\(settings[IngressSettings.threads]), but the process may open \(limit): lower it, or raise "
                + "the hard limit (LimitNOFILE of a unit, ulimit -Hn)")
    }

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }
}
