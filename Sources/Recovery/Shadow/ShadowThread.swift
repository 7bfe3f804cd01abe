// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Glibc
internal import Payments
internal import Synchronization
internal import Telemetry

/// Compares some of the partitions, in turns. Its readers are confined to its thread.
struct ShadowThread {
    private static let idlePause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(15)

    let settings: ShadowService.Settings
    let number: Int
    let telemetry: ShadowTelemetry
    let health: ShadowHealth
    let makeProcessor: @Sendable (ProcessorSettings) -> RecordProcessor
    let isStopping: @Sendable () -> Bool

    /// Runs until the service stops. What cannot be read is begun again after a pause.
    func run() {
        var failures = 0
        while !isStopping() {
            var hasAdvanced = false
            do throws(TopicReadError) {
                try follow(&hasAdvanced)
            } catch {
                guard !isStopping() else { return }
                failures = hasAdvanced ? 0 : failures + 1
                health.note(number, failure: error.description)
                telemetry.failed(error)
                pause(min(Self.longestPause, .milliseconds(500) * (1 << min(failures, 5))))
            }
        }
    }

    private func follow(_ hasAdvanced: inout Bool) throws(TopicReadError) {
        let reader = try TopicReader(settings.log, log: telemetry.log)
        let partitions = (0..<reader.partitionCount).filter { Int($0) % settings.threads == number }
        var followers: [Int32: PartitionFollower] = [:]
        defer { telemetry.ended(partitions: followers.count) }
        while !isStopping() {
            var isIdle = true
            for partition in partitions {
                if followers[partition] == nil { followers[partition] = try begin(partition, of: reader) }
                guard let follower = followers[partition] else { continue }
                switch try advance(follower, partition) {
                case .advanced:
                    isIdle = false
                    hasAdvanced = true
                case .idle: continue
                case .overtaken:
                    telemetry.overtaken(partition, at: follower.position)
                    followers[partition] = nil
                    telemetry.ended(partitions: 1)
                }
            }
            health.note(number, waitingFor: partitions.filter { followers[$0] == nil })
            if isIdle { pause(Self.idlePause) }
        }
    }

    /// Nil where no worker has begun the partition.
    private func begin(
        _ partition: Int32, of reader: TopicReader
    ) throws(TopicReadError) -> PartitionFollower? {
        let telemetry = telemetry
        let setup = PartitionFollower.Setup(
            processor: settings.processor, scratch: settings.scratch, makeProcessor: makeProcessor,
            fault: { fault in ReplayDifference(fault).map { telemetry.found($0) } },
            output: { fault in ReplayDifference(fault).map { telemetry.found($0) } })
        guard let follower = try PartitionFollower(partition, of: reader, setup) else { return nil }
        telemetry.begun(partition, at: follower.position)
        return follower
    }

    private func advance(
        _ follower: PartitionFollower, _ partition: Int32
    ) throws(TopicReadError) -> PartitionFollower.Step {
        let account = follower.account
        let step = try follower.advance(isStopped: isStopping)
        telemetry.advanced(partition, from: account, to: follower.account, lag: follower.lag)
        return step
    }

    /// In slices, so that a stop is not kept waiting.
    private func pause(_ duration: Duration) {
        let deadline = ContinuousClock.now + duration
        while !isStopping(), ContinuousClock.now < deadline { usleep(20_000) }
    }
}
