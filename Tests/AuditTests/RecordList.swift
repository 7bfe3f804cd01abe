// SPDX-License-Identifier: Apache-2.0
import Audit

/// Records in memory, for an audit of a log that a test made.
struct RecordList: RecordSource {
    private var records: ArraySlice<LoggedRecord>

    init(_ records: [LoggedRecord] = []) {
        self.records = records[...]
    }

    mutating func next() -> LoggedRecord? { records.popFirst() }
}
