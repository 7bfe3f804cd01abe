// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Which test runs which section of the runbook.
@Suite("The runbook and its tests")
struct RunbookCoverageTests {
    /// By section: a suite and a function of it.
    private static let tests = [
        "Runbook": "RunbookTests.looks",
        "TidingsTransactionHanging": "RunbookTopicTests.hangingTransaction",
        "Kafka is down": "RunbookTests.kafkaDown",
        "Retry storm": "RunbookDeliveryTests.retryStorm",
        "Key rotation": "RunbookKeyTests.rotation",
        "Add capacity": "RunbookTests.capacity",
        "Remove a worker": "RunbookTests.capacity",
        "Grow partitions": "RunbookTopicTests.growPartitions",
        "Restore in a new cluster": "RunbookTopicTests.restore",
        "Review": "RunbookItemTests.review",
        "Redrive": "RunbookItemTests.redrive",
        "Poison record": "RunbookDeliveryTests.poisonRecord",
        "Audit after an incident": "RunbookTests.audit",
        "Replay what is missing": "RunbookItemTests.replay",
        "Compare before changed rules are released": "RunbookItemTests.compare",
        "Compare for longer, beside the workers": "ShadowTests.runbook",
        "Build new topics and move to them": "RebuildTests.cutOver",
        "Upgrade and roll back": "UpgradeTests.changelogFormat",
    ]

    private static func source(of suite: String) -> String {
        let folder = Repository.file("Tests/EndToEndTests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files! where file.lastPathComponent == "\(suite).swift" {
            return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        }
        return ""
    }

    @Test("each procedure, and each section with a command line, has a test that runs it")
    func procedures() throws {
        let procedures = try RunbookSection.titles()["Procedures"] ?? []
        let commands = try RunbookSection.all().map(\.title)
        #expect(procedures.count > 10)
        #expect(Set(Self.tests.keys) == Set(procedures + commands))
        for (section, name) in Self.tests {
            let parts = name.split(separator: ".").map(String.init)
            let source = Self.source(of: parts[0])
            #expect(source.contains("func \(parts[1])("), "\(section): there is no \(name)")
            // The command lines are taken from the runbook.
            guard commands.contains(section) else { continue }
            #expect(source.contains("\"\(section)\""), "\(section): \(name) does not read it")
        }
    }

    @Test("each alert has a section, and each section of the alerts is one of an alert")
    func alerts() throws {
        let sections = try RunbookSection.titles()["Alerts"] ?? []
        #expect(Set(sections) == Set(try Expressions.alerts().map(\.origin)))
        #expect(Set(sections).count == sections.count)
    }
}
