// SPDX-License-Identifier: Apache-2.0

/// What a proof came to.
public struct ProofReport: Sendable {
    /// Of one partition.
    public struct Partition: Sendable {
        public var partition: Int32
        /// The offsets that were checked, the last one excluded.
        public var start: Int64
        public var end: Int64
        /// What the workers' group has committed; nil where it has committed nothing.
        public var committed: Int64?
        /// The next callback to process by the changelog, which is the authority; nil where no worker has
        /// begun.
        public var progress: Int64?
        /// The offset behind the last callback.
        public var logEnd: Int64
        /// No callback was ever deleted before the range.
        public var isWholeLog: Bool
        /// The changelog was compared: only where the range goes up to what the workers have decided.
        public var isStateCompared: Bool
        public var account = Account()
        public var payments = PaymentCounts()
        public var faultCount = 0
        /// Callbacks that wait for a worker; by their offsets where the range ends before them.
        public var undecided = 0

        public init(
            partition: Int32, start: Int64, end: Int64, committed: Int64?, logEnd: Int64, isWholeLog: Bool,
            isStateCompared: Bool
        ) {
            self.partition = partition
            self.start = start
            self.end = end
            self.committed = committed
            self.logEnd = logEnd
            self.isWholeLog = isWholeLog
            self.isStateCompared = isStateCompared
        }

    }

    public var partitions: [Partition] = []
    /// Records of all five topics that were read, and the bytes of their keys, values and headers.
    public var recordsRead = 0
    public var bytesRead = 0

    public init() {}

    public var account: Account { partitions.reduce(into: Account()) { $0 += $1.account } }
    public var payments: PaymentCounts { partitions.reduce(into: PaymentCounts()) { $0 += $1.payments } }
    public var faultCount: Int { partitions.reduce(0) { $0 + $1.faultCount } }

    /// Whether the topics hold what the callbacks lead to, and nothing else.
    public var holds: Bool { faultCount == 0 && account.addsUp }
}
