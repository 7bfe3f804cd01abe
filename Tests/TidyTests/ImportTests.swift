// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("Imports")
struct ImportTests {
    /// An arrow of the design is a line here; there are no others. C libraries are each one module's own.
    private static let allowed: [String: Set<String>] = [
        "Payments": ["CCrypto"],
        "System": ["CSystem", "Glibc", "Synchronization"],
        "Telemetry": ["System", "Glibc", "Synchronization"],
        "HTTP": ["CGnuTLS", "CMicroHTTPD", "System", "Telemetry", "Glibc", "Synchronization"],
        "Kafka": ["CRDKafka", "System", "Telemetry", "Glibc", "Synchronization"],
        "StateStore": ["CLMDB", "CXXHash", "System", "Telemetry", "Glibc", "Synchronization"],
        "Ingress": [
            "HTTP", "Kafka", "Payments", "System", "Telemetry", "Dispatch", "Glibc", "Synchronization",
        ],
        "Worker": ["Kafka", "Payments", "StateStore", "System", "Telemetry", "Glibc", "Synchronization"],
        "Audit": ["Kafka", "Payments", "StateStore", "System", "Telemetry", "Glibc", "Synchronization"],
        "Recovery": [
            "Audit", "Kafka", "Payments", "StateStore", "System", "Telemetry", "Dispatch", "Glibc",
            "Synchronization",
        ],
        // It fills every module's own settings.
        "Configuration": [
            "Audit", "CYAML", "Gate", "HTTP", "Ingress", "Kafka", "Payments", "Reconcile", "System",
            "Telemetry",
            "WebClient", "Worker", "Dispatch", "FoundationEssentials", "Glibc", "Synchronization",
        ],
        "WebClient": ["CCurl", "Glibc"],
        "Tracing": ["System", "Telemetry", "WebClient", "Dispatch", "Synchronization"],
        "Gate": ["Payments", "Telemetry", "WebClient", "Glibc"],
        "Reconcile": ["Audit", "Gate", "Kafka", "Payments", "Telemetry", "Synchronization"],
        "Platform": [
            "Gate", "HTTP", "Payments", "System", "Telemetry", "WebClient", "Dispatch", "Glibc",
            "Synchronization",
        ],
        "tidings": [
            "Audit", "CBuild", "CJemalloc", "Configuration", "Gate", "HTTP", "Ingress", "Kafka", "Payments",
            "Platform", "Reconcile", "Recovery", "StateStore", "System", "Telemetry", "Tracing", "WebClient",
            "Worker",
            "Dispatch", "FoundationEssentials", "Glibc", "Synchronization",
        ],
    ]

    @Test("a module imports what the design allows and nothing else", arguments: SourceFile.sources)
    func arrows(file: SourceFile) throws {
        let allowed = try #require(
            Self.allowed[file.module], "\(file.module) has no row in the table of arrows")
        for (index, line) in file.lines.enumerated() {
            guard
                let match = line.firstMatch(
                    of: /^(?:@[a-zA-Z_]+(?:\([a-z]+\))? )*(?:[a-z]+ )?import (?:[a-z]+ )?([A-Za-z_]+)/)
            else { continue }
            #expect(allowed.contains(String(match.1)), "\(file.path):\(index + 1) imports \(match.1)")
        }
    }

    @Test("C types stay in their module")
    func noPublicC() {
        for file in SourceFile.sources {
            let places = file.places(
                of:
                    /^(public|package) import C(Crypto|RDKafka|GnuTLS|MicroHTTPD|LMDB|System|YAML|Curl|Jemalloc)/
            )
            #expect(places.isEmpty)
        }
    }
}
