import Configuration
import HTTP
import Ingress
import Kafka
import Payments

extension Settings {
    /// Everything the ingress needs to know, in its own words.
    ///
    /// - Parameter tls: what the files of the settings `ingress.tls_…` hold.
    func ingressSettings(tls: ServerSettings.TLS?) throws -> IngressService.Settings {
        let address = self[IngressSettings.address]
        var ingress = IngressService.Settings(
            address: BindAddress(host: address.host, port: address.port), kafka: try kafkaConfiguration(),
            topic: topicNames[.callbacks])
        ingress.server = serverSettings
        ingress.server.tls = tls
        ingress.linger = self[IngressSettings.linger]
        ingress.inFlightLimit = self[IngressSettings.inFlightLimit]
        ingress.limits = jsonLimits
        ingress.allowed = try blocks(IngressSettings.allow)
        ingress.trustedProxies = try blocks(IngressSettings.trustedProxies)
        ingress.unverifiedPerMinute = self[IngressSettings.unverifiedRate]
        ingress.stopDelay = self[IngressSettings.stopDelay]
        ingress.drain = self[IngressSettings.drainDeadline]
        return ingress
    }

    private var serverSettings: ServerSettings {
        var server = ServerSettings()
        server.name = "callbacks"
        server.threads = self[IngressSettings.threads]
        server.connections = self[IngressSettings.connectionLimit]
        server.connectionsPerAddress = self[IngressSettings.addressConnectionLimit]
        server.retryAfter = self[IngressSettings.retryAfter]
        server.limits.uriBytes = self[IngressSettings.uriLimit]
        server.limits.headerFields = self[IngressSettings.headerCountLimit]
        server.limits.fieldBytes = self[IngressSettings.headerFieldLimit]
        server.limits.headerBytes = self[IngressSettings.headerLimit]
        server.limits.bodyBytes = self[CallbackSettings.bodyLimit]
        server.deadlines.headers = self[IngressSettings.headerDeadline]
        server.deadlines.body = self[IngressSettings.bodyDeadline]
        server.deadlines.answer = self[IngressSettings.deadline]
        server.deadlines.write = self[IngressSettings.writeDeadline]
        server.deadlines.idle = self[IngressSettings.idleDeadline]
        return server
    }

    private func blocks(_ setting: Setting<[String]>) throws(ConfigurationError) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        for text in self[setting] {
            guard let block = AddressBlock(text) else {
                throw refusal(of: setting, "holds \(text), which is not a network like 192.0.2.0/24")
            }
            blocks.append(block)
        }
        return blocks
    }
}
