// SPDX-License-Identifier: Apache-2.0
public import Payments

/// The record that a callback leads to, byte for byte, as a worker would publish it.
public struct DerivedOutput: Sendable, Equatable {
    /// One of its headers.
    public struct Header: Sendable, Equatable {
        public var name: String
        public var value: [UInt8]
    }

    public var partition: Int32
    /// The callback's offset.
    public var callback: Int64
    public var decision: Decision
    public var topic: Topic
    /// Nil where there was nothing to make a key of.
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [Header]

    /// SHA-256 over key, value and headers with their lengths: two outputs with one digest are the same
    /// bytes.
    public var digest: [UInt8] {
        var text: [UInt8] = []
        func append(_ bytes: [UInt8]?) {
            withUnsafeBytes(of: Int64(bytes?.count ?? -1).littleEndian) { text.append(contentsOf: $0) }
            if let bytes { text.append(contentsOf: bytes) }
        }
        append(key)
        append(value)
        for header in headers {
            append(Array(header.name.utf8))
            append(header.value)
        }
        return SHA256.bytes(of: text)
    }
}

extension SHA256 {
    package static func bytes(of text: [UInt8]) -> [UInt8] {
        let words = digest(of: text.span.bytes)
        var bytes: [UInt8] = []
        for index in words.indices {
            withUnsafeBytes(of: words[index].bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

/// What is wrong with the output of one callback, with the bytes that are due.
public enum OutputFault: Sendable {
    /// How sure it is that a missing record is exactly the derived one.
    public enum Certainty: Sendable, Equatable {
        case exact
        /// If the payment has no history before the log; `confirmed` follows when that has been shown.
        case assumed
        /// No key of today verifies the callback, and nothing shows that one did.
        case unverified
        /// The payment's history before the log decides it.
        case unknownHistory
    }

    case missing(DerivedOutput, Certainty)
    /// Missing, and it is not known what it was.
    case missingUnknown(callback: Int64, key: [UInt8])
    case differs(DerivedOutput, LoggedRecord)
    /// All that was assumed of a payment was right.
    case confirmed(key: [UInt8])
}
