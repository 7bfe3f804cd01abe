// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// Failpoints stop the worker at a numbered place so that a test can kill it there. They exist only in a
// build that asks for them (deploy/test does); a released binary has none of that code.
let failpoints = Context.environment["TIDINGS_FAILPOINTS"] == "1"

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableExperimentalFeature("Lifetimes"),
    ] + (failpoints ? [.define("FAILPOINTS")] : [])

func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// - Parameter data: folders of the target that hold no Swift; its tests read them where they stand.
func tests(of name: String, _ dependencies: Target.Dependency..., data: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: data,
        swiftSettings: settings)
}

/// A fact about the build as a C string; without it the source says "unknown".
func define(_ name: String, _ variable: String) -> [CSetting] {
    guard let value = Context.environment[variable], !value.contains("\"") else { return [] }
    return [.define(name, to: "\"\(value)\"")]
}

func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "tidings",
    products: [
        .executable(name: "tidings", targets: ["tidings"]),
        .library(name: "Gate", targets: ["Gate"]),
    ],
    targets: [
        // C libraries from Debian, each seen by one target alone, and what pthreads have beyond POSIX.
        .systemLibrary(name: "CSystem"),
        library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
        library("CRDKafka", pkgConfig: "rdkafka", package: "librdkafka-dev"),
        library("CGnuTLS", pkgConfig: "gnutls", package: "libgnutls28-dev"),
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
        library("CLMDB", pkgConfig: "lmdb", package: "liblmdb-dev"),
        library("CXXHash", pkgConfig: "libxxhash", package: "libxxhash-dev"),
        library("CJemalloc", pkgConfig: "jemalloc", package: "libjemalloc-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),

        // Which sources the binary was built from: TIDINGS_REVISION and TIDINGS_BUILD_DATE, given by anyone
        // who builds a release. Not asked of git here, since a cached manifest would go on to give the answer
        // of an older commit.
        .target(
            name: "CBuild",
            cSettings: define("TIDINGS_REVISION", "TIDINGS_REVISION")
                + define("TIDINGS_BUILD_DATE", "TIDINGS_BUILD_DATE")),

        // The parts, in the order a callback meets them.
        module("System", "CSystem"),
        module("Telemetry", "System"),
        module("HTTP", "CGnuTLS", "CMicroHTTPD", "System", "Telemetry"),
        module("Kafka", "CRDKafka", "System", "Telemetry"),
        module("Payments", "CCrypto"),
        module("Ingress", "HTTP", "Kafka", "Payments", "System", "Telemetry"),
        module("StateStore", "CLMDB", "CXXHash", "System", "Telemetry"),
        module("Worker", "Kafka", "Payments", "StateStore", "System", "Telemetry"),
        module("Audit", "Kafka", "Payments", "StateStore", "System", "Telemetry"),
        module("Recovery", "Audit", "Kafka", "Payments", "StateStore", "System", "Telemetry"),
        module("WebClient", "CCurl"),
        module("Tracing", "System", "Telemetry", "WebClient"),
        module("Gate", "Payments", "Telemetry", "WebClient"),
        module("Reconcile", "Audit", "Gate", "Kafka", "Payments", "Telemetry"),
        .target(
            name: "Platform",
            dependencies: ["Gate", "HTTP", "Payments", "System", "Telemetry", "WebClient"],
            resources: [.embedInCode("Scenarios/Files")], swiftSettings: settings),
        module(
            "Configuration", "Audit", "CYAML", "Gate", "HTTP", "Ingress", "Kafka", "Payments", "Reconcile",
            "System",
            "Telemetry", "WebClient", "Worker"),
        .executableTarget(
            name: "tidings",
            dependencies: [
                "Audit", "CBuild", "CJemalloc", "Configuration", "Gate", "HTTP", "Ingress", "Kafka",
                "Payments", "Platform", "Reconcile", "Recovery", "StateStore", "System", "Telemetry",
                "Tracing",
                "WebClient",
                "Worker",
            ],
            swiftSettings: settings),

        // Tests: a target for each part, and one that runs the built executable on a real broker.
        .target(
            name: "TestSupport", dependencies: ["CRDKafka", "Kafka", "Payments", "Telemetry"],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests(of: "Telemetry", "Telemetry"),
        tests(of: "HTTP", "HTTP"),
        tests(of: "Kafka", "Kafka", "Telemetry"),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        tests(of: "Payments", "CAllocations", "Payments", data: ["Data"]),
        tests(of: "Ingress", "Ingress", "HTTP", "Kafka", "Payments"),
        tests(of: "StateStore", "StateStore"),
        tests(of: "Worker", "Worker", "Kafka", "Payments", "StateStore"),
        tests(of: "Audit", "Audit", "Kafka", "Payments", "StateStore", "Telemetry", "Worker"),
        tests(
            of: "Recovery", "Recovery", "Audit", "Kafka", "Payments", "StateStore", "Telemetry", "Worker"),
        tests(of: "WebClient", "WebClient"),
        tests(of: "Tracing", "Telemetry", "Tracing"),
        tests(of: "Gate", "Gate", "Payments", "WebClient"),
        tests(of: "Reconcile", "Reconcile", "Gate", "Payments"),
        tests(of: "Platform", "Platform", "Gate", "HTTP", "Payments", "Telemetry", "WebClient"),
        tests(
            of: "Configuration", "Configuration", "Audit", "Gate", "HTTP", "Ingress", "Kafka", "Payments",
            "Telemetry", "WebClient", "Worker"),
        tests(of: "EndToEnd", "tidings", "Audit", "Kafka", "Payments"),
        tests(of: "Deploy", "Audit", "Configuration", "Payments", data: ["Data", "Checks"]),
        tests(of: "Tidy"),
    ]
)
