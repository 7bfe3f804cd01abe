import Foundation
import TestSupport
import Testing

/// What the binary depends on. `TIDINGS_STATIC_BINARY` names one that was built with `--static-swift-stdlib`.
@Suite("Binary")
struct BinaryTests {
    /// The libraries that it needs itself. What these bring in turn is Debian's choice.
    private static let allowed: Set = [
        "libc.so.6", "libm.so.6", "libcrypto.so.3", "libcurl.so.4", "liblmdb.so.0", "libmicrohttpd.so.12",
        "librdkafka.so.1", "libyaml-0.so.2", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2",
        "ld-linux-aarch64.so.1",
    ]
    private static let staticBinary = ProcessInfo.processInfo.environment["TIDINGS_STATIC_BINARY"]

    private func needed(_ binary: String) throws -> Set<String> {
        let text = try Program.output(of: "readelf", ["-d", binary])
        return Set(text.matches(of: /\(NEEDED\).*\[([^\]]+)\]/).map { String($0.1) })
    }

    @Test(
        "it depends on the allowed libraries and Swift's own, and on no Foundation but the essentials",
        .enabled(if: Program.find("readelf") != nil, "needs readelf"))
    func dependencies() throws {
        let libraries = try needed(Repository.product("tidings").path)
        let others = libraries.subtracting(Self.allowed).filter { !$0.hasPrefix("libswift") }
        #expect(
            others.subtracting(["libdispatch.so", "libBlocksRuntime.so", "libFoundationEssentials.so"])
                .isEmpty)
        #expect(libraries.contains("libcurl.so.4"))
    }

    @Test(
        "built with a static Swift library it depends on the allowed libraries alone and holds no ICU data",
        .enabled(if: staticBinary != nil, "needs TIDINGS_STATIC_BINARY"))
    func isStatic() throws {
        let binary = try #require(Self.staticBinary)
        let libraries = try needed(binary)
        #expect(libraries.isSubset(of: Self.allowed), "\(libraries.subtracting(Self.allowed))")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: binary), options: .alwaysMapped)
        // The name of ICU's data, and of Foundation's copy of its functions.
        for name in ["icudt", "_foundation_unicode", "swift-foundation-icu"] {
            #expect(bytes.range(of: Data(name.utf8)) == nil, "\(name)")
        }
    }

    @Test("no function of libcurl is called before a feature that needs it is on")
    func lazy() throws {
        func bound(_ arguments: [String]) throws -> [String] {
            let child = try ChildProcess.tidings(
                arguments, environment: ["LD_DEBUG": "bindings", "MAIN_SECRET": "s"])
            #expect(child.waitForEnd(within: .seconds(120)) != nil)
            return child.errors.split(separator: "\n").map(String.init).filter {
                $0.contains("/tidings [0] to ") && $0.contains("libcurl")
            }
        }
        let folder = try TemporaryDirectory()
        let keys = folder.file("keys.yaml")
        try Data("projects:\n  \"1234\":\n    keys:\n      - {id: main, secret_env: MAIN_SECRET}\n".utf8)
            .write(to: keys)
        #expect(try bound(["config", "print"]).isEmpty)
        #expect(try bound(["worker", "--help"]).isEmpty)
        let banks = ["banks", "--project", "1234", "--payment-amount", "1", "--payment-currency", "USD"]
        let asked = try bound(
            banks + ["--keys-file", keys.path, "--gate-url", "http://127.0.0.1:\(try freePort())"])
        #expect(asked.contains { $0.contains("curl_easy_perform") })
    }
}
