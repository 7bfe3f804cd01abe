internal import Payments

/// What a restore has found in a partition's changelog.
struct ChangelogReading {
    /// The progress that the state store had when it was opened.
    var stored: PartitionProgress?
    /// Nothing goes to the state store: it does not fit the changelog, and is kept until the changelog has shown that it
    /// is not needed.
    var isProbe = false
    /// The newest progress that was read.
    private(set) var progress: PartitionProgress?
    /// Whether the state of any payment was read.
    private(set) var hasPayments = false
    private(set) var keys = KeyDivisor()
    /// Why a progress record cannot be read.
    private(set) var failure: ProgressError?
    /// The next changelog offset.
    var position: Int64 = 0

    /// The newest progress of changelog and state store.
    var newest: PartitionProgress? { progress ?? stored }

    /// The changelog was replaced since the state store was filled.
    var isReplaced: Bool {
        guard let stored, let progress else { return false }
        return stored.epoch != progress.epoch
    }

    /// Takes note of a record.
    mutating func note(_ key: RawSpan, _ value: RawSpan?, in partition: Int32) {
        guard PartitionProgress.isKey(key) else {
            keys.add(key, in: partition)
            if value != nil { hasPayments = true }
            return
        }
        guard let value else { return }
        do throws(ProgressError) {
            progress = try PartitionProgress(decoding: value)
        } catch {
            failure = error
        }
    }
}
