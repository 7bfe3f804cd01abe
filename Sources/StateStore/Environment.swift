// SPDX-License-Identifier: Apache-2.0
internal import CLMDB
internal import Glibc

/// One LMDB environment with its one unnamed database, used by the thread that opened it.
///
/// The map is writable (`MDB_WRITEMAP`): a change then costs a third of what it costs through `pwrite`, which
/// at ten million keys is the larger part of a callback (3.4 µs against 10 µs for a random key). Its two
/// dangers are met elsewhere: stray stores by a memory-safe language, and a full disk by allocating the
/// file's blocks before they are mapped (`File.reserve`).
struct Environment: ~Copyable {
    /// No fsync: the changelog is the truth, and a store of another boot is never opened. No lock file: the
    /// store holds its own (`FileLock`), and one thread neither writes while it reads nor reads while it
    /// writes.
    private static let flags =
        UInt32(MDB_NOSUBDIR) | UInt32(MDB_NOSYNC) | UInt32(MDB_NOLOCK) | UInt32(MDB_WRITEMAP)
        | UInt32(MDB_NORDAHEAD) | UInt32(MDB_NOTLS)
    private static let initialSize = 4 << 20
    private static let growthUnit = 1 << 20
    /// LMDB takes the system's page size for its own.
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private let environment: OpaquePointer
    private let path: String
    private var database: MDB_dbi = 0
    private var size: Int
    /// A read transaction that is reset between uses, which spares its allocation.
    private var reader: OpaquePointer?
    private var isReading = false

    /// Opens the file, or makes it.
    static func open(_ path: String) throws(StateError) -> Environment {
        // LMDB truncates a writable map's file to the size it is given, so it is never given less than the
        // file.
        let size = max(initialSize, ((File.size(path) ?? 0) + growthUnit - 1) / growthUnit * growthUnit)
        var created: OpaquePointer?
        try check("mdb_env_create", mdb_env_create(&created))
        guard let created else { throw .refused(call: "mdb_env_create", code: ENOMEM) }
        var environment = Environment(created, path, size: size)
        try check("mdb_env_set_mapsize", mdb_env_set_mapsize(created, size))
        try check("mdb_env_open", mdb_env_open(created, path, flags, 0o644))
        // A new file is LMDB's to begin; nothing is stored into the map before its blocks are allocated.
        try File.reserve(path, size: size)
        try environment.openDatabase()
        return environment
    }

    private init(_ environment: OpaquePointer, _ path: String, size: Int) {
        self.environment = environment
        self.path = path
        self.size = size
    }

    deinit {
        if let reader { mdb_txn_abort(reader) }
        mdb_env_close(environment)
    }

    private mutating func openDatabase() throws(StateError) {
        var transaction: OpaquePointer?
        try Self.check("mdb_txn_begin", mdb_txn_begin(environment, nil, 0, &transaction))
        let code = mdb_dbi_open(transaction, nil, 0, &database)
        guard code == 0 else {
            mdb_txn_abort(transaction)
            throw Self.failure("mdb_dbi_open", code)
        }
        try Self.check("mdb_txn_commit", mdb_txn_commit(transaction))
    }

    /// Entries in the database.
    borrowing func entryCount() -> Int {
        var statistics = MDB_stat()
        return mdb_env_stat(environment, &statistics) == 0 ? statistics.ms_entries : 0
    }

    /// The bytes of all pages that were ever used: as much of the file as the store needs.
    borrowing func usedBytes() -> Int {
        var information = MDB_envinfo()
        guard mdb_env_info(environment, &information) == 0 else { return 0 }
        return (information.me_last_pgno + 1) * Self.pageSize
    }

    /// Looks a key up and lends the value's bytes to `body`; they are valid only inside it.
    mutating func read(
        _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(StateError) -> Void
    ) throws(StateError) -> Bool {
        try beginReading()
        var name = MDB_val(key)
        var value = MDB_val()
        let code = mdb_get(reader, database, &name, &value)
        if code == MDB_NOTFOUND { return false }
        try Self.check("mdb_get", code)
        try body(value.bytes)
        return true
    }

    /// Lends up to `limit` entries to `body`, from the first key not below `start`; returns the first key
    /// that was not lent, or nil where the database ended.
    mutating func scan(
        from start: [UInt8], limit: Int,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StateError) -> Void
    ) throws(StateError) -> [UInt8]? {
        try beginReading()
        var cursor: OpaquePointer?
        try Self.check("mdb_cursor_open", mdb_cursor_open(reader, database, &cursor))
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var code = start.withUnsafeBytes { bytes in
            key = MDB_val(bytes)
            return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
        }
        for _ in 0..<limit {
            if code == MDB_NOTFOUND { return nil }
            try Self.check("mdb_cursor_get", code)
            try body(key.bytes, value.bytes)
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        if code == MDB_NOTFOUND { return nil }
        try Self.check("mdb_cursor_get", code)
        return Array(key.bytes)
    }

    private mutating func beginReading() throws(StateError) {
        if isReading { return }
        if let reader {
            try Self.check("mdb_txn_renew", mdb_txn_renew(reader))
        } else {
            try Self.check("mdb_txn_begin", mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &reader))
        }
        isReading = true
    }

    /// Ends the view that look-ups read: without a lock file a writer may reuse pages that it still sees.
    private mutating func endReading() {
        if isReading { mdb_txn_reset(reader) }
        isReading = false
    }

    /// Runs `body` in a write transaction and commits it; a map that is full is enlarged and the whole
    /// transaction run again.
    ///
    /// - Parameters:
    ///   - changes: how many keys it touches, each of which may copy a page.
    ///   - bytes: of keys and values. Both only spare the second run, which for a large transaction into a
    ///     small map would be one of many.
    mutating func write(
        changes: Int, bytes: Int, _ body: (borrowing WriteTransaction) throws(StateError) -> Void
    ) throws(StateError) {
        endReading()
        try makeRoom(changes: changes, bytes: bytes)
        while true {
            var begun: OpaquePointer?
            try Self.check("mdb_txn_begin", mdb_txn_begin(environment, nil, 0, &begun))
            guard let begun else { throw .refused(call: "mdb_txn_begin", code: ENOMEM) }
            do throws(StateError) {
                try body(WriteTransaction(transaction: begun, database: database))
            } catch {
                mdb_txn_abort(begun)
                guard case .refused(_, MDB_MAP_FULL) = error else { throw error }
                try grow()
                continue
            }
            let code = mdb_txn_commit(begun)
            if code != MDB_MAP_FULL { return try Self.check("mdb_txn_commit", code) }
            try grow()
        }
    }

    private mutating func makeRoom(changes: Int, bytes: Int) throws(StateError) {
        var information = MDB_envinfo()
        try Self.check("mdb_env_info", mdb_env_info(environment, &information))
        let used = (information.me_last_pgno + 1) * Self.pageSize
        let wanted = used + min(changes * Self.pageSize, used) + 2 * bytes
        if wanted > size { try grow(by: wanted - size) }
    }

    /// By how many bytes a file of this size grows at least.
    static func growthStep(from size: Int) -> Int { max(initialSize, size / 4) }

    /// A quarter more, or as much as is wanted, with the blocks allocated first.
    private mutating func grow(by wanted: Int = 0) throws(StateError) {
        let step = max(Self.growthStep(from: size), wanted)
        let larger = size + (step + Self.growthUnit - 1) / Self.growthUnit * Self.growthUnit
        try File.reserve(path, size: larger)
        try Self.check("mdb_env_set_mapsize", mdb_env_set_mapsize(environment, larger))
        size = larger
    }

    static func check(_ call: String, _ code: Int32) throws(StateError) {
        if code != 0 { throw failure(call, code) }
    }

    static func failure(_ call: String, _ code: Int32) -> StateError {
        switch code {
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_VERSION_MISMATCH, MDB_INCOMPATIBLE:
            .damaged("\(call): \(message(code))")
        case ENOSPC, EDQUOT: .full(path: call)
        default: .refused(call: call, code: code)
        }
    }

    static func message(_ code: Int32) -> String {
        mdb_strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

/// An open write transaction; `Environment.write` commits or aborts it.
struct WriteTransaction: ~Copyable {
    fileprivate let transaction: OpaquePointer
    fileprivate let database: MDB_dbi

    /// Stores `size` bytes under the key; `fill` writes every one of them.
    borrowing func put(
        _ key: UnsafeRawBufferPointer, size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(StateError) {
        var name = MDB_val(key)
        var value = MDB_val(mv_size: size, mv_data: nil)
        try Environment.check("mdb_put", mdb_put(transaction, database, &name, &value, UInt32(MDB_RESERVE)))
        fill(UnsafeMutableRawBufferPointer(start: value.mv_data, count: size))
    }

    /// Removes the key; that it is not there is no error.
    borrowing func remove(_ key: UnsafeRawBufferPointer) throws(StateError) {
        var name = MDB_val(key)
        let code = mdb_del(transaction, database, &name, nil)
        if code != MDB_NOTFOUND { try Environment.check("mdb_del", code) }
    }
}

extension MDB_val {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    fileprivate var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: mv_data, count: mv_size)
    }
}

/// `memcmp`, LMDB's own order of keys.
func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, count: Int) -> Int32 {
    guard count > 0, let left = left.baseAddress, let right = right.baseAddress else { return 0 }
    return memcmp(left, right, count)
}
