public import Ingress
internal import HTTP
internal import Kafka
internal import Payments

extension Settings {
    /// Everything that the ingress is made with.
    public func ingressSettings() throws -> IngressService.Settings {
        var ingress = filled(
            IngressService.Settings(
                kafka: try kafkaConfiguration(client: "ingress"), topic: topicNames[.callbacks]))
        ingress.limits = jsonLimits
        ingress.server.tls = try tls()
        do throws(IngressError) {
            try ingress.validate()
        } catch {
            throw ConfigurationError("the settings of the ingress contradict one another: \(error)")
        }
        return ingress
    }

    private func tls() throws(ConfigurationError) -> ServerSettings.TLS? {
        // `Combinations` has refused one without the other.
        guard let certificate = self[IngressSettings.certificateFile],
            let key = self[IngressSettings.privateKeyFile]
        else { return nil }
        return ServerSettings.TLS(
            privateKey: try FileBytes.read(key, atMost: 1 << 20),
            certificate: try FileBytes.read(certificate, atMost: 1 << 20))
    }
}
