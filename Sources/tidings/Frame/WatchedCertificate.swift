// SPDX-License-Identifier: Apache-2.0
import Configuration
import HTTP
import Synchronization
import Telemetry

/// The certificate, key and client authorities of the ingress: read at start, and again whenever a file
/// changes or SIGHUP asks for it. Files that cannot be used change nothing and raise an alarm metric.
struct WatchedCertificate: Sendable {
    /// What the files held at start.
    let tls: ServerSettings.TLS
    private let files: TLSFiles
    private let interval: Duration

    /// Nil where the ingress serves plain HTTP.
    init?(_ settings: Settings) throws(ConfigurationError) {
        guard let files = try TLSFiles(settings) else { return nil }
        self.files = files
        tls = try files.read()
        interval = settings[CallbackSettings.keysCheckInterval]
    }

    /// Refuses files that do not fit, such as a key of another certificate.
    func validate() throws(ConfigurationError) {
        do throws(HTTPError) {
            try tls.validate()
        } catch {
            throw ConfigurationError("\(error)", file: files.paths[0])
        }
    }

    /// Hands what the files hold later to `use`, until the stop.
    func watch(
        until stop: Stop, log: Log, metrics: MetricsRegistry,
        use: @escaping @Sendable (ServerSettings.TLS) throws -> Void
    ) {
        let files = files
        let used = metrics.counter(ServiceMetrics.certificateReads, "used")
        let refused = metrics.counter(ServiceMetrics.certificateReads, "refused")
        let isBroken = metrics.gauge(ServiceMetrics.certificateBroken)
        let lastReason = Mutex<String?>(nil)
        let watcher = FileWatcher(files.paths, every: interval) {
            let reason: String?
            do {
                try use(try files.read())
                reason = nil
            } catch {
                reason = "\(error)"
            }
            let before = lastReason.withLock { last in
                defer { last = reason }
                return last
            }
            isBroken.set(reason == nil ? 0 : 1)
            if let reason {
                refused.add()
                if before != reason {
                    log.error(
                        "cannot use the certificate files",
                        next: "the older certificate stays in force until they are repaired",
                        advice: "correct what `reason` names",
                        ["reason": .text(reason)])
                }
            } else {
                used.add()
                log.info("certificate reloaded; open connections go on with the older one")
            }
            return reason == nil
        }
        watcher.start()
        stop.onHangUp { watcher.readAgain() }
        stop.whenRequested { watcher.stop() }
    }
}

/// The files of the settings `ingress.tls_…`.
private struct TLSFiles: Sendable {
    private let certificate: String
    private let privateKey: String
    private let clientAuthorities: String?

    init?(_ settings: Settings) throws(ConfigurationError) {
        clientAuthorities = settings[IngressSettings.clientAuthorityFile]
        // The reader of the settings refuses one of the two without the other.
        guard let certificate = settings[IngressSettings.certificateFile],
            let privateKey = settings[IngressSettings.privateKeyFile]
        else {
            guard clientAuthorities == nil else {
                throw settings.refusal(
                    of: IngressSettings.clientAuthorityFile,
                    "needs ingress.tls_certificate_file and ingress.tls_key_file beside it")
            }
            return nil
        }
        self.certificate = certificate
        self.privateKey = privateKey
    }

    var paths: [String] { [certificate, privateKey] + (clientAuthorities.map { [$0] } ?? []) }

    func read() throws(ConfigurationError) -> ServerSettings.TLS {
        var tls = ServerSettings.TLS(
            privateKey: try FileBytes.read(privateKey, atMost: 1 << 20),
            certificate: try FileBytes.read(certificate, atMost: 1 << 20))
        if let clientAuthorities {
            tls.clientAuthorities = try FileBytes.read(clientAuthorities, atMost: 1 << 20)
        }
        return tls
    }
}
