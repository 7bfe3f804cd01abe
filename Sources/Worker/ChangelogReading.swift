// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// What a restore has found in a partition's changelog.
struct ChangelogReading {
    /// The progress that the state store had when it was opened.
    var stored: PartitionProgress?
    /// Nothing goes to the state store: it does not fit the changelog, and is kept until the changelog has
    /// shown that it is not needed.
    var isProbe = false
    /// The newest progress that was read.
    private(set) var progress: PartitionProgress?
    /// Whether the state of any payment was read.
    private(set) var hasPayments = false
    private(set) var keys = KeyDivisor()
    /// A progress record is not one.
    private(set) var isMalformed = false
    /// The format of a record that this version does not read. The partition is then not processed here.
    private(set) var otherFormat: String?
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
            guard let value else { return }
            hasPayments = true
            if let format = PaymentState.otherFormat(of: value) { otherFormat = "\(format)" }
            return
        }
        guard let value else { return }
        do throws(ProgressError) {
            progress = try PartitionProgress(decoding: value)
        } catch {
            switch error {
            case .version(let version): otherFormat = version
            case .malformed: isMalformed = true
            }
        }
    }
}
