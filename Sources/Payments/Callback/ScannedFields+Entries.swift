// SPDX-License-Identifier: Apache-2.0
extension ScannedFields {
    /// Takes the newest entry of `operations[]`, by date and then by id, as the operation of a callback in
    /// the transaction format. The others are context: each of them had a separate callback.
    ///
    /// An entry without an id is not an operation. One with an id that is not a number is taken before any
    /// other, so that the number rule refuses the body: it could be the newest.
    mutating func adoptNewestEntry(in lines: borrowing SignedLines) {
        let bytes = lines.bytes.span
        var newest: (entry: Entry, date: Int64, id: Int64)?
        for entry in entries where entry.field == .operationID && !entry.value.isEmpty {
            guard let id = Digits.number(bytes, entry.value) else {
                newest = (entry, .max, .max)
                break
            }
            let date = date(of: entry, in: bytes)
            if newest.map({ ($0.date, $0.id) < (date, id) }) ?? true { newest = (entry, date, id) }
        }
        guard let newest else { return }
        adopt(newest.entry, in: bytes)
    }

    private func date(of operation: Entry, in bytes: Span<UInt8>) -> Int64 {
        for entry in entries
        where entry.field == .operationDate && bytes.areEqual(entry.index, operation.index) {
            return Timestamp(bytes.extracting(entry.value.range).bytes)?.milliseconds ?? .min
        }
        return .min
    }
}
