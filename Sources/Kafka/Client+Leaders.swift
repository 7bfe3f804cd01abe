// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Glibc
internal import System

/// Questions that a partition's leader answers, outside of producing and consuming.
extension Client {
    /// Asks until the leader has answered, or until `limit` has passed.
    ///
    /// librdkafka 2.0.2 takes the leader from its cache. When the broker that it asked is no longer the
    /// leader, or is gone, it refreshes the topics that the client produces to or consumes, and no others: a
    /// client that only asks questions would ask the former leader again until the cache expires, which takes
    /// 15 minutes (`metadata.max.age.ms`). So the topics' metadata is fetched here before the next attempt.
    func askLeaders<Answer>(
        of topics: [String], within limit: Duration,
        _ ask: (_ timeout: Int32) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let deadline = ContinuousClock.now + limit
        // A broker that is gone answers nothing: leave time for two more attempts.
        let slice = max(.seconds(1), limit / 3)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            do throws(KafkaError) {
                return try ask(min(slice, max(left, .milliseconds(1))).millisecondsRoundedUp)
            } catch {
                let pause = Duration.milliseconds(50)
                let left = ContinuousClock.now.duration(to: deadline)
                guard error.severity == .retriable, left > pause else { throw error }
                fetchLeaders(of: topics, within: min(slice, left))
                // A leader that is being elected is not known a moment later either.
                usleep(50_000)
            }
        }
    }

    /// Brings the cached leaders up to date. A failure shows in the next attempt.
    private func fetchLeaders(of topics: [String], within limit: Duration) {
        for name in topics {
            guard let topic = rd_kafka_topic_new(pointer, name, nil) else { continue }
            defer { rd_kafka_topic_destroy(topic) }
            _ = try? partitionCount(of: topic, within: limit)
        }
    }
}
