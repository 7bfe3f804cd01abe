// SPDX-License-Identifier: Apache-2.0
import Kafka
import Testing

@Suite("librdkafka's properties")
struct LibraryPropertyTests {
    @Test("of all properties that librdkafka has, exactly these are secret")
    func secrets() {
        let names = LibraryProperties.names
        #expect(names.contains("bootstrap.servers") && names.contains("acks") && names.count > 100)
        let secret = names.filter(KafkaConfiguration.isSecret).sorted()
        #expect(
            secret == [
                "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "sasl.password",
                "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "ssl_key",
            ])
    }

    @Test("every property whose name suggests a secret is either one or known to be none")
    func suspicious() {
        let words = ["pass", "secret", "key", "token", "credential", "pem", "jaas", "oauth", "private"]
        let harmless: Set = [
            // Places, names and addresses.
            "ssl.key.location", "ssl.keystore.location", "sasl.kerberos.keytab", "sasl.oauthbearer.client.id",
            "sasl.oauthbearer.extensions", "sasl.oauthbearer.method", "sasl.oauthbearer.scope",
            "sasl.oauthbearer.token.endpoint.url",
            // Certificates are public.
            "ssl.ca.pem", "ssl.certificate.pem",
            // Switches and a callback.
            "enable.sasl.oauthbearer.unsecure.jwt", "oauthbearer_token_refresh_cb", "socket.keepalive.enable",
        ]
        for name in LibraryProperties.names where words.contains(where: name.contains) {
            #expect(KafkaConfiguration.isSecret(name) != harmless.contains(name), "\(name)")
        }
    }

    @Test("a name that librdkafka does not know is secret: it may be a misspelt password's")
    func unknown() {
        for name in ["sasl.pasword", "sasl.jaas.config", "topic.sasl.password", "x"] {
            #expect(KafkaConfiguration.isSecret(name))
        }
        for name in ["client.id", "topic.acks", "ssl.ca.location", "sasl.username"] {
            #expect(!KafkaConfiguration.isSecret(name))
        }
    }

    @Test(
        "a guarded property is refused with `topic.` before its name too, which librdkafka ignores",
        arguments: [
            ("topic.acks", "1"), ("topic.partitioner", "random"), ("topic.message.timeout.ms", "0"),
            ("topic.auto.offset.reset", "latest"), ("topic.request.required.acks", "0"),
        ])
    func prefixed(name: String, value: String) {
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) {
            try KafkaConfiguration([("bootstrap.servers", "b:1"), (name, value)])
        }
        #expect(refusal == KafkaConfiguration.refusal(name, value))
        guard case .guarded = refusal?.reason else {
            Issue.record("\(name) was refused for another reason: \(String(describing: refusal))")
            return
        }
    }

    @Test("a client id is set unless the operator has one")
    func clientID() throws {
        let bare = try KafkaConfiguration(bootstrapServers: "b:1")
        #expect(bare.identified(as: "tidings-ingress")["client.id"] == "tidings-ingress")
        let own = try KafkaConfiguration([("bootstrap.servers", "b:1"), ("client.id", "mine")])
        #expect(own.identified(as: "tidings-ingress")["client.id"] == "mine")
    }

    @Test(
        "properties that librdkafka accepts one by one and not together are found without a connection",
        arguments: [
            ("socket.timeout.ms", "60000", "transaction.timeout.ms"),
            ("fetch.max.bytes", "1000", "message.max.bytes"),
            ("ssl.ca.location", "/nowhere.pem", "ssl.ca.location"),
        ])
    func trial(name: String, value: String, sentence: String) throws {
        let configuration = try KafkaConfiguration([
            ("bootstrap.servers", "localhost:1"), ("security.protocol", "ssl"), (name, value),
        ])
        let refusal = #expect(throws: KafkaConfiguration.Refusal.self) {
            try configuration.makeTrialClients(sessionTimeout: .seconds(45), transactionTimeout: .seconds(30))
        }
        #expect(refusal?.description.contains(sentence) == true, "\(String(describing: refusal))")
    }

    @Test(
        "what protects the connection follows from what librdkafka understood",
        arguments: [
            ([], false, []),
            ([("security.protocol", "SSL")], true, []), ([("security.protocol", "sasl_ssl")], true, []),
            (
                [("security.protocol", "ssl"), ("enable.ssl.certificate.verification", "0")], false,
                [.certificateUnverified]
            ),
            (
                [("security.protocol", "ssl"), ("ssl.endpoint.identification.algorithm", "none")], false,
                [.nameUnverified]
            ),
            (
                [("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN")], false,
                [.credentialsInClear]
            ),
            (
                [("security.protocol", "sasl_plaintext"), ("sasl.mechanisms", "OAUTHBEARER")], false,
                [.credentialsInClear]
            ),
            ([("security.protocol", "sasl_plaintext"), ("sasl.mechanisms", "SCRAM-SHA-512")], false, []),
        ] as [([(String, String)], Bool, [TransportSecurity.Fault])])
    func security(
        properties: [(name: String, value: String)], isVerified: Bool, faults: [TransportSecurity.Fault]
    ) throws {
        let configuration = try KafkaConfiguration([("bootstrap.servers", "b:1")] + properties)
        #expect(configuration.security.isVerified == isVerified)
        #expect(configuration.security.faults == faults)
    }
}
