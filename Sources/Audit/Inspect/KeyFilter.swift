// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// Lets pass the records of one key.
struct KeyFilter: RecordSource {
    private let source: PartitionReader
    private let key: [UInt8]

    init(_ source: PartitionReader, key: [UInt8]) {
        self.source = source
        self.key = key
    }

    mutating func next() throws(TopicReadError) -> LoggedRecord? {
        while let record = try source.next() {
            if record.keyBytes?.elementsEqual(key) ?? false { return record }
        }
        return nil
    }
}
