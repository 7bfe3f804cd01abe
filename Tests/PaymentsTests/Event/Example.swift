// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

/// One example of the contract: a callback as the platform would send it, what came of the same payment
/// before it, and what a worker makes of it. The examples of `schemas/examples` are written from these, and
/// held to them.
struct Example: Sendable, CustomTestStringConvertible {
    /// Name of its folder.
    var name: String
    /// A sentence for the reader.
    var about: String
    /// The callbacks that came before, with seconds before or after the hour of the examples.
    var earlier: [(body: String, second: Int64)] = []
    /// Nil for a record without a value.
    var body: String?
    /// When it was received, in seconds after the hour of the examples.
    var second: Int64 = 3
    /// Whether an ingress of ours received it.
    var hasReceipt = true
    /// Whether a reconciliation wrote it.
    var isReconciled = false
    /// Whether the signature fits; the body is signed as it is written.
    var isSigned = true
    /// The findings that a person accepted who released it from review; nil where nobody did.
    var accepts: String?
    /// Put into another partition than its key's.
    var isInWrongPartition = false

    var testDescription: String { name }

    /// The secret that signs the examples, for those who want to check a signature.
    static let secret = "example-secret"
    static let partitionCount: Int32 = 6
    /// 2024-12-07T19:08:45Z, the date of the provider's own example.
    static let hour: Int64 = 1_733_598_525

    /// What the worker made of it.
    struct Outcome {
        var record: ProcessedLog.Result
        var partition: Int32
        var timestamp: Int64
        var headers: [(String, String?)]
        /// Of a release: the headers of the record that resolves the item.
        var resolution: [(String, String)]?
    }

    /// The bytes of the callback, signed.
    func callback() throws -> [UInt8]? { try body.map { try Self.sign($0, isSigned: isSigned) } }

    func earlierCallbacks() throws -> [[UInt8]] { try earlier.map { try Self.sign($0.body, isSigned: true) } }

    private static func sign(_ body: String, isSigned: Bool) throws -> [UInt8] {
        let bytes = Array(body.utf8)
        guard isSigned else { return bytes }
        var signer = Signer(secret: Array(secret.utf8))
        return try signer.sign(bytes.span.bytes)
    }

    /// Runs the callbacks through a record processor that verifies every one of them.
    func run(_ encoding: EventEncoding) throws -> Outcome {
        let key = try SigningKey(id: "main", secret: Array(Self.secret.utf8))
        let ring = try KeyRing([KeyRing.Project(id: 1234, keys: [key])])
        let policy: VerificationPolicy = hasReceipt ? .missing : .always
        let settings = ProcessorSettings(verification: policy, encoding: encoding)
        // Which partition a callback belongs to is reported by its key, which a first look gives.
        var look = ProcessedLog(settings: settings, keys: ring)
        let callback = try callback()
        let time = Self.milliseconds(second)
        let found = try look.send(callback, headers: receipt(at: time), at: time)
        let keyBytes = Array(found.key.utf8)
        let belongs = Int32(Murmur2.partition(of: keyBytes.span.bytes, count: Int(Self.partitionCount)))
        let partition = isInWrongPartition ? (belongs + 1) % Self.partitionCount : belongs

        var log = ProcessedLog(settings: settings, keys: ring)
        log.partitionCount = Self.partitionCount
        for ((_, second), body) in zip(earlier, try earlierCallbacks()) {
            let time = Self.milliseconds(second)
            _ = try log.send(body, headers: receipt(at: time), partition: belongs, at: time)
        }
        let release = release(in: partition)
        let headers = receipt(at: time) + (release?.repeated ?? [])
        let record = try log.send(callback, headers: headers, partition: partition, at: time)
        return Outcome(
            record: record, partition: partition, timestamp: time, headers: headers,
            resolution: release?.resolution)
    }

    /// What `tidings review release` adds to the callback that it writes again, and the headers of the record
    /// that resolves the item in the same transaction.
    private func release(
        in partition: Int32
    ) -> (repeated: [(String, String?)], resolution: [(String, String)])? {
        guard let accepts else { return nil }
        let (by, at, reason) = ("anna", "2024-12-08T09:00:00.000Z", "the platform confirms it")
        let from = "\(TopicNames()[.callbacks])/\(partition)/\(earlier.count - 1)"
        return (
            [
                ("\(RecordHeader.releasedBy)", by), ("\(RecordHeader.releasedAt)", at),
                ("\(RecordHeader.releaseReason)", reason), ("\(RecordHeader.releasedFrom)", from),
                ("\(RecordHeader.releaseAccepts)", accepts),
            ],
            [
                ("\(RecordHeader.resolution)", "released"), ("\(RecordHeader.resolves)", from),
                ("\(RecordHeader.resolvedBy)", by), ("\(RecordHeader.resolvedAt)", at),
                ("\(RecordHeader.resolutionReason)", reason),
            ]
        )
    }

    private static func milliseconds(_ second: Int64) -> Int64 { (hour + second) * 1000 + 250 }

    private func receipt(at time: Int64) -> [(String, String?)] {
        guard hasReceipt else { return [] }
        var text: [UInt8] = []
        Timestamp(milliseconds: time).append(to: &text, .milliseconds)
        return [
            ("tidings-received-at", String(decoding: text, as: UTF8.self)), ("tidings-key-id", "main"),
            ("tidings-signature-rule", "natural"), ("tidings-project-id", "1234"),
            isReconciled ? ("tidings-origin", "reconciliation") : ("tidings-peer", "198.51.100.47"),
        ]
    }
}
