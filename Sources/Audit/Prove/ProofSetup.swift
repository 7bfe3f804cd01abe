// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What is proved of one partition, and with what.
public struct ProofSetup: Sendable {
    public var partition: Int32
    public var partitionCount: Int32
    /// As the worker is set.
    public var processor: ProcessorSettings
    /// Nothing was written to the partition before the range: no payment has an earlier history.
    public var isWholeLog: Bool
    /// For each topic the time before which it keeps nothing; a topic that is not in here keeps all.
    public var horizons: [Topic: Timestamp]

    public init(
        partition: Int32, partitionCount: Int32, processor: ProcessorSettings, isWholeLog: Bool,
        horizons: [Topic: Timestamp] = [:]
    ) {
        self.partition = partition
        self.partitionCount = partitionCount
        self.processor = processor
        self.isWholeLog = isWholeLog
        self.horizons = horizons
    }
}

/// What the callbacks of one partition led to, as it is on the topics.
public struct ProofOutputs<Source: RecordSource> {
    public var status: Source
    public var review: Source
    public var deadLetter: Source
    /// Reads a topic once more, from an offset or, given nil, from where the source above began.
    public typealias Reopening = (_ topic: Topic, _ offset: Int64?) throws(TopicReadError) -> Source
    /// For records that a replay published, which are not in their places; nil where there are none.
    public var reopen: Reopening?

    public init(status: Source, review: Source, deadLetter: Source, reopen: Reopening? = nil) {
        self.reopen = reopen
        self.status = status
        self.review = review
        self.deadLetter = deadLetter
    }
}
