// SPDX-License-Identifier: Apache-2.0
import StateStore
import Testing

// The tests speak of text; the state speaks of bytes.

extension ChangeSet {
    mutating func put(_ key: String, _ value: String) {
        put(Array(key.utf8).span.bytes, value: Array(value.utf8).span.bytes)
    }

    mutating func remove(_ key: String) {
        remove(Array(key.utf8).span.bytes)
    }

    borrowing func presence(_ key: String) -> Presence {
        var value: [UInt8] = []
        return copyValue(of: Array(key.utf8).span.bytes, into: &value)
    }

    borrowing func value(_ key: String) -> String? {
        var value: [UInt8] = []
        guard copyValue(of: Array(key.utf8).span.bytes, into: &value) == .value else { return nil }
        return String(decoding: value, as: UTF8.self)
    }
}

extension PartitionStore where Self: ~Copyable {
    mutating func value(_ key: String) throws -> String? {
        var value: [UInt8] = []
        guard try lookUp(Array(key.utf8).span.bytes, into: &value) else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    mutating func set(_ values: KeyValuePairs<String, String?>, position: Int64) throws {
        var changes = ChangeSet()
        for (key, value) in values {
            if let value { changes.put(key, value) } else { changes.remove(key) }
        }
        try apply(&changes, position: position)
    }

    /// One whole round of the sweep in steps of `step`.
    mutating func everything(step: Int = 7) throws -> [String: String] {
        var found: [String: String] = [:]
        for _ in 0..<1_000_000 {
            let isDone = try sweep(limit: step) { key, value in
                let key = key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                #expect(found[key] == nil, "one round meets a key once")
                found[key] = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            }
            if isDone { return found }
        }
        Issue.record("the sweep does not end")
        return found
    }
}
