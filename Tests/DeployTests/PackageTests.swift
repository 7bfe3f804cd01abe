// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The Debian package of `deploy/debian/build`.
@Suite("Package")
struct PackageTests {
    /// What every Debian 12 has, so that the image need not name it.
    private static let base: Set = ["libc6", "libgcc-s1", "libstdc++6"]

    @Test(
        "the package installs, starts, rotates keys, upgrades in place, is removed and is purged",
        .enabled(if: RootCheck.canRun, RootCheck.needs))
    func life() throws {
        #expect(
            try RootCheck.facts(of: "check_package") == [
                "the package's name has the version of the program and the architecture",
                "lintian has no remark",
                "it installs with a system user, secrets that only its group reads, a manual page and completions",
                "systemd-analyze verify has no remark",
                "systemd-analyze security finds an exposure of at most 2.0",
                "without a broker an ingress and two workers report READY within 5 s, stay up, and give the reason",
                "each serves the watchdog, which replaces a worker that makes no progress",
                "a rotated secret is used without a restart",
                "a faulty configuration is not tried again",
                "a worker that leaves by SIGUSR1 is not started again",
                "an upgrade restarts what runs, and keeps configuration, secrets and state",
                "each line of the services in the journal is a JSON object with time, level and message",
                "a removal stops the services and keeps configuration and state",
                "a purge takes configuration, secrets, state and enabled units",
            ])
    }

    @Test(
        "package and image depend on exactly the libraries that the binary needs",
        .enabled(if: RootCheck.canRun, RootCheck.needs))
    func dependencies() throws {
        let binary = try #require(RootCheck.binary)
        let needed = try packages(neededBy: binary)
        #expect(needed.isSuperset(of: ["libcurl4", "librdkafka1"]))
        // systemd runs the services, and `kill` of procps reloads them.
        #expect(try packages(ofPackageFrom: binary) == needed.union(["procps", "systemd"]))
        #expect(try packagesOfImage() == needed.subtracting(Self.base).union(["ca-certificates"]))
    }

    /// The Debian packages of the libraries that a binary names.
    private func packages(neededBy binary: String) throws -> Set<String> {
        let names = try Program.output(of: "objdump", ["--private-headers", binary])
            .matches(of: /NEEDED +(\S+)/).map { String($0.output.1) }
        let owners = try names.map { name in
            let owner = try Program.output(of: "dpkg-query", ["--search", "*/\(name)"])
            return try #require(owner.split(separator: ":").first.map(String.init), "\(owner)")
        }
        return Set(owners)
    }

    private func packages(ofPackageFrom binary: String) throws -> Set<String> {
        let folder = try TemporaryDirectory()
        let build = try ChildProcess(
            Repository.file("deploy/debian/build"), [folder.url.path, binary])
        #expect(build.waitForEnd(within: .seconds(600)) == .exit(0), "\(build.errors)")
        let package = build.output.split(separator: "\n").last.map(String.init) ?? ""
        let field = try Program.output(of: "dpkg-deb", ["--field", package, "Depends"])
        return Set(
            field.split(separator: ",").compactMap {
                $0.firstMatch(of: /[a-z0-9.+-]+/).map { String($0.output) }
            })
    }

    /// Those that the second stage installs.
    private func packagesOfImage() throws -> Set<String> {
        let text = try String(contentsOf: Repository.file("deploy/Containerfile"), encoding: .utf8)
        let stage = try #require(text.range(of: "\nFROM debian")).upperBound
        let install = try #require(
            text[stage...].firstMatch(of: /--no-install-recommends ([^&]+)&&/)?.output.1)
        return Set(install.split { $0.isWhitespace || $0 == "\\" }.map(String.init))
    }
}
