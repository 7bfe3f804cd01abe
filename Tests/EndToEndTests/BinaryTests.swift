// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What the binary depends on. `TIDINGS_STATIC_BINARY` names one that was built with `--static-swift-stdlib`.
@Suite("Binary")
struct BinaryTests {
    /// What it links itself, Swift aside.
    private static let direct: Set = [
        "libc.so.6", "libm.so.6", "libpthread.so.0", "libcrypto.so.3", "libcurl.so.4", "libjemalloc.so.2",
        "liblmdb.so.0",
        "libmicrohttpd.so.12", "libgnutls.so.30", "librdkafka.so.1", "libxxhash.so.0", "libyaml-0.so.2",
        "libstdc++.so.6", "libgcc_s.so.1",
    ]
    /// What Debian 12's libcurl, librdkafka and libmicrohttpd bring in turn.
    private static let indirect: Set = [
        "libbrotlicommon.so.1", "libbrotlidec.so.1", "libcom_err.so.2", "libffi.so.8", "libgmp.so.10",
        "libgssapi_krb5.so.2", "libhogweed.so.6", "libidn2.so.0", "libk5crypto.so.3", "libkeyutils.so.1",
        "libkrb5.so.3", "libkrb5support.so.0", "liblber-2.5.so.0", "libldap-2.5.so.0", "liblz4.so.1",
        "libnettle.so.8", "libnghttp2.so.14", "libp11-kit.so.0", "libpsl.so.5", "libresolv.so.2",
        "librtmp.so.1", "libsasl2.so.2", "libssh2.so.1", "libssl.so.3", "libtasn1.so.6",
        "libunistring.so.2", "libz.so.1", "libzstd.so.1",
    ]
    /// Of the kernel and of the loader.
    private static let loader: Set = [
        "linux-vdso.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]
    /// Of Swift, where it is not linked into the binary.
    private static let swift: Set = [
        "libdispatch.so", "libBlocksRuntime.so", "libFoundationEssentials.so", "libswiftCore.so",
        "libswiftDispatch.so", "libswiftGlibc.so", "libswiftSynchronization.so",
        "libswift_Builtin_float.so", "libswift_Concurrency.so", "libswift_RegexParser.so",
        "libswift_StringProcessing.so",
        // Of a debug build alone.
        "libswiftSwiftOnoneSupport.so",
    ]
    private static let staticBinary = ProcessInfo.processInfo.environment["TIDINGS_STATIC_BINARY"]

    /// The names that `ldd` prints.
    private func libraries(of binary: String) throws -> Set<String> {
        let text = try Program.output(of: "ldd", [binary])
        #expect(!text.contains("not found"), "\(text)")
        return Set(
            text.split(separator: "\n").compactMap { line in
                line.split(whereSeparator: \.isWhitespace).first?.split(separator: "/").last.map(String.init)
            })
    }

    @Test(
        "ldd names only the allowed libraries, and no Foundation but the essentials",
        .enabled(if: Program.find("ldd") != nil, "needs ldd"))
    func dependencies() throws {
        let libraries = try libraries(of: Repository.product("tidings").path)
        let others = libraries.subtracting(Self.direct).subtracting(Self.indirect).subtracting(Self.loader)
        #expect(others.isSubset(of: Self.swift), "\(others.subtracting(Self.swift))")
        #expect(libraries.isSuperset(of: ["libcurl.so.4", "librdkafka.so.1"]))
    }

    @Test(
        "built with a static Swift library it needs no library of Swift and holds no ICU data",
        .enabled(if: staticBinary != nil, "needs TIDINGS_STATIC_BINARY: deploy/test --full builds one"))
    func isStatic() throws {
        let binary = try #require(Self.staticBinary)
        let libraries = try libraries(of: binary)
        let others = libraries.subtracting(Self.direct).subtracting(Self.indirect).subtracting(Self.loader)
        #expect(others.isEmpty, "\(others)")
        #expect(libraries.contains("libcurl.so.4"))
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
