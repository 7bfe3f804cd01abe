// SPDX-License-Identifier: Apache-2.0
extension DeduplicationSettings {
    /// The most bytes that a payment's state may have; a callback that would make it larger is
    /// `unknown-shape`, reason `too-large`. It follows from how much is remembered, with room for texts that
    /// are sent as they please (spellings of statuses, methods, currencies); by default about 190 KB.
    public var largestStateBytes: Int {
        let operation = Self.operationBytes + fingerprintsPerOperation * Self.fingerprintBytes
        return Self.summaryBytes + operationsPerPayment * operation + undatedPerPayment
            * Self.fingerprintBytes
    }

    private static var summaryBytes: Int { 8 << 10 }
    private static var operationBytes: Int { 2 << 10 }
    /// 16 bytes of hash, a date and its flags.
    private static var fingerprintBytes: Int { 48 }
}
