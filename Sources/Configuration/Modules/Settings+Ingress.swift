// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Ingress
internal import Kafka
internal import Payments

extension Settings {
    /// Everything that the ingress is made with.
    ///
    /// - Parameter tls: what the files of the settings `ingress.tls_…` contain.
    public func ingressSettings(tls: ServerSettings.TLS? = nil) throws -> IngressService.Settings {
        var ingress = filled(
            IngressService.Settings(
                kafka: try kafkaConfiguration(client: "ingress"), topic: topicNames[.callbacks]))
        ingress.changelogTopic = topicNames[.changelog]
        ingress.limits = jsonLimits
        ingress.server.tls = tls
        do throws(IngressError) {
            try ingress.validate()
        } catch {
            throw ConfigurationError("the settings of the ingress contradict one another: \(error)")
        }
        return ingress
    }
}
