// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import TestSupport
import Testing

/// The printed access-control entries on a broker with the StandardAuthorizer.
@Suite("Access control", .serialized, .needsBrokerOfItsOwn)
struct AccessTests {
    private static let cluster = Result { try AccessCluster() }
    /// Every entry is removed in turn in a full run; otherwise one of each role.
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"

    @Test("with exactly the printed entries every role works, and without one it names the missing right")
    func leastPrivilege() throws {
        let cluster = try Self.cluster.get()
        try cluster.grantAll()
        let roles = try AccessRoleTrials(cluster)
        try roles.fill()
        // Denied before it works: each role then still has its work to do, which the missing right is for.
        for role in AccessRole.allCases {
            try roles.prepare(role)
            let lines = try #require(cluster.lines[role])
            for line in Self.isFull ? lines : [lines[lines.count / 2]] {
                try cluster.revoke(line)
                try roles.expectDenied(role, line)
                try cluster.grant(line)
            }
            try roles.expectWorking(role)
        }
    }

    @Test("a wrong password is named with the broker and the operation")
    func wrongPassword() throws {
        let cluster = try Self.cluster.get()
        var environment = try cluster.environment(of: .audit)
        environment["TIDINGS_KAFKA_PROPERTY"]? += "x"
        let proof = try cluster.installation.tidings(
            ["prove", "--worker-group", cluster.installation.group], environment)
        #expect(proof.waitForEnd(within: .seconds(180)) == .exit(3), "\(proof.output)")
        #expect(proof.errors.contains("refused the authentication"), "\(proof.errors)")
        #expect(proof.errors.contains("sasl_plaintext://localhost:"), "\(proof.errors)")
        #expect(!proof.errors.contains(AccessCluster.password))
    }
}
