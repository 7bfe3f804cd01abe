// SPDX-License-Identifier: Apache-2.0

/// How values, and the position among them, are stored in the file.
extension LMDBStore {
    private static let positionKey: [UInt8] = [0] + Array("position".utf8)
    private static let checksumSize = 8

    static func payload(
        of bytes: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer
    ) throws(StateError) -> UnsafeRawBufferPointer {
        guard bytes.count >= checksumSize else { throw .damaged("a value is too short") }
        let payload = UnsafeRawBufferPointer(rebasing: bytes.dropLast(checksumSize))
        let sum = bytes.loadUnaligned(fromByteOffset: payload.count, as: UInt64.self)
        guard Checksum.of(key: key, value: payload) == sum else {
            throw .damaged("a value's checksum is wrong")
        }
        return payload
    }

    static func put(
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        in transaction: borrowing WriteTransaction
    ) throws(StateError) {
        try transaction.put(key, size: value.count + checksumSize) { bytes in
            bytes.copyMemory(from: value)
            bytes.storeBytes(
                of: Checksum.of(key: key, value: value), toByteOffset: value.count, as: UInt64.self)
        }
    }

    static func store(
        position: Int64, in transaction: borrowing WriteTransaction
    ) throws(StateError) {
        try positionKey.span.bytes.withUnsafeBytes { (key) throws(StateError) in
            try withUnsafeBytes(of: position) { (value) throws(StateError) in
                try put(key, value, in: transaction)
            }
        }
    }

    static func storedPosition(_ environment: inout Environment) throws(StateError) -> Int64? {
        var position: Int64?
        try positionKey.span.bytes.withUnsafeBytes { (key) throws(StateError) in
            _ = try environment.read(key) { (bytes) throws(StateError) in
                let payload = try payload(of: bytes, key: key)
                guard payload.count == 8 else { throw .damaged("the position is not one") }
                position = payload.loadUnaligned(as: Int64.self)
            }
        }
        return position
    }
}
