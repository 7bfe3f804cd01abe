// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import Testing

@Suite("Topic plan")
struct TopicPlanTests {
    private let plan = TopicPlan(names: TopicNames(), retention: .days(90), deduplication: .standard)

    @Test("four topics are deleted after their retention, the changelog is compacted and outlives the state")
    func settings() {
        #expect(
            plan.entries.map(\.name) == [
                "payments.callbacks.v1", "payments.status.v1", "payments.review.v1",
                "payments.dead-letter.v1",
                "payments.dedupe-changelog.v1",
            ])
        for entry in plan.entries {
            let settings = Dictionary(uniqueKeysWithValues: entry.settings.map { ($0.name, $0.value) })
            let isChangelog = entry.topic == .changelog
            #expect(settings["cleanup.policy"] == (isChangelog ? "compact,delete" : "delete"))
            #expect(settings["unclean.leader.election.enable"] == "false")
            #expect(settings["retention.ms"] == "\((isChangelog ? 430 : 90) * Int64(86_400_000))")
        }
    }
}
