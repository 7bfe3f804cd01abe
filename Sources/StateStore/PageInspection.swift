// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Whether the file can have been written by LMDB as it is: read once before it is opened, because LMDB
/// follows the offsets it finds without asking and would end the process on a damaged page.
///
/// Checked are the two meta pages, every page that can be reached from the newest one (header, offsets,
/// sizes, ascending keys, reached once only), the free list, and every value's checksum is left to the
/// look-up. The layout is that of LMDB's data version 1 (mdb.c: `MDB_page`, `MDB_meta`, `MDB_db`,
/// `MDB_node`):
///
///     page   pgno 8 | pad 2 | flags 2 | lower 2 | upper 2, or pages 4 | offsets 2 each … nodes
///     meta   page header 16 | magic 4 | version 4 | address 8 | mapsize 8 | free db 48 | main db 48 | last 8
///     | txn 8 db     pad 4 (of the free db: the page size) | flags 2 | depth 2 | branch 8 | leaf 8 |
///     overflow 8 | entries 8 | root 8 node   low 2 | high 2 | flags 2 | key size 2 | key | data
struct PageInspection: ~Copyable {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let headerSize = 16
    private static let none = UInt64.max
    private static let branch: UInt16 = 1
    private static let leaf: UInt16 = 2
    private static let overflow: UInt16 = 4
    private static let bigData: UInt16 = 1
    private static let maximumDepth = 24

    /// A fault found, as a sentence's end.
    private struct Fault: Error {
        var what: String
        init(_ what: String) { self.what = what }
    }

    private let bytes: UnsafeRawBufferPointer
    private var pageSize = 0
    private var lastPage: UInt64 = 0
    /// A bit for each page: whether it was reached.
    private var reached: [UInt64] = []
    private var previousKey: UnsafeRawBufferPointer?

    /// What is wrong with the file; nil if nothing is.
    static func fault(inFileAt path: String) throws(StateError) -> String? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw File.failure(path) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw File.failure(path) }
        let size = Int(status.st_size)
        guard size >= 2 * 4096 else { return "its file has \(size) bytes" }
        guard let map = mmap(nil, size, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0),
            map != MAP_FAILED
        else {
            throw File.failure(path)
        }
        defer { munmap(map, size) }
        var inspection = PageInspection(UnsafeRawBufferPointer(start: map, count: size))
        do throws(Fault) {
            try inspection.run()
            return nil
        } catch {
            return error.what
        }
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func run() throws(Fault) {
        pageSize = Int(word32(Self.headerSize + 24))
        guard pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0, bytes.count >= 2 * pageSize
        else {
            throw Fault("its page size cannot be")
        }
        try checkMeta(at: 0)
        try checkMeta(at: pageSize)
        let first = word64(Self.headerSize + 128)
        let second = word64(pageSize + Self.headerSize + 128)
        let meta = (first < second ? pageSize : 0) + Self.headerSize
        lastPage = word64(meta + 120)
        guard lastPage < UInt64(bytes.count / pageSize), lastPage >= 1 else {
            throw Fault("its file is shorter than its pages")
        }
        reached = [UInt64](repeating: 0, count: Int(lastPage) / 64 + 1)
        try reach(0, pages: 2)
        try walkDatabase(at: meta + 24, isFreeList: true)
        try walkDatabase(at: meta + 72, isFreeList: false)
    }

    private func checkMeta(at page: Int) throws(Fault) {
        guard word16(page + 10) & 0x08 != 0, word32(page + Self.headerSize) == Self.magic,
            word32(page + Self.headerSize + 4) == 1
        else { throw Fault("a meta page is none") }
    }

    private mutating func walkDatabase(at place: Int, isFreeList: Bool) throws(Fault) {
        let root = word64(place + 40)
        previousKey = nil
        if root == Self.none { return }
        let depth = Int(word16(place + 6))
        guard depth >= 1, depth <= Self.maximumDepth else { throw Fault("a tree is too deep") }
        try walk(root, depth: depth, isFreeList: isFreeList)
    }

    /// Leaves must are exactly `depth` levels down, so a cycle of pages cannot be followed permanently.
    private mutating func walk(_ number: UInt64, depth: Int, isFreeList: Bool) throws(Fault) {
        try reach(number, pages: 1)
        let page = Int(number) * pageSize
        let flags = word16(page + 10)
        guard word64(page) == number, flags == (depth > 1 ? Self.branch : Self.leaf) else {
            throw Fault("page \(number) is not what its parent says")
        }
        let lower = Int(word16(page + 12))
        let upper = Int(word16(page + 14))
        guard lower >= Self.headerSize, lower & 1 == 0, upper >= lower, upper <= pageSize else {
            throw Fault("page \(number) has bounds that cannot be")
        }
        let count = (lower - Self.headerSize) / 2
        guard count > (depth > 1 ? 1 : 0) else { throw Fault("page \(number) is empty") }
        for index in 0..<count {
            let offset = Int(word16(page + Self.headerSize + index * 2))
            guard offset >= upper, offset + 8 <= pageSize, offset & 1 == 0 else {
                throw Fault("page \(number) points outside itself")
            }
            if depth > 1 {
                try checkBranch(page, offset)
                let node = page + offset
                let child = UInt64(word32(node)) | UInt64(word16(node + 4)) << 32
                try walk(child, depth: depth - 1, isFreeList: isFreeList)
            } else {
                try checkLeaf(page, offset, isFreeList: isFreeList)
            }
        }
    }

    private func checkBranch(_ page: Int, _ offset: Int) throws(Fault) {
        let keySize = Int(word16(page + offset + 6))
        guard keySize <= 511, offset + 8 + keySize <= pageSize else {
            throw Fault("a branch's key is too long")
        }
    }

    private mutating func checkLeaf(_ page: Int, _ offset: Int, isFreeList: Bool) throws(Fault) {
        let node = page + offset
        let dataSize = Int(word32(node))
        let flags = word16(node + 4)
        let keySize = Int(word16(node + 6))
        guard keySize >= 1, keySize <= 511, flags & ~Self.bigData == 0 else {
            throw Fault("a leaf's key cannot be")
        }
        let isBig = flags & Self.bigData != 0
        guard offset + 8 + keySize + (isBig ? 8 : dataSize) <= pageSize else {
            throw Fault("a leaf's value is too long")
        }
        let key = UnsafeRawBufferPointer(rebasing: bytes[node + 8..<node + 8 + keySize])
        var data = node + 8 + keySize
        if isBig { data = try checkOverflow(word64(data), size: dataSize) }
        if isFreeList {
            guard keySize == 8 else { throw Fault("a free list's key cannot be") }
            try checkFreeList(data, size: dataSize)
        } else {
            if let previousKey, !precedes(previousKey, key) { throw Fault("its keys are out of order") }
            previousKey = key
        }
    }

    /// The place of a value that has separate pages.
    private mutating func checkOverflow(_ number: UInt64, size: Int) throws(Fault) -> Int {
        let needed = (Self.headerSize - 1 + size) / pageSize + 1
        guard number <= lastPage else { throw Fault("a value is beyond the last page") }
        let page = Int(number) * pageSize
        guard word64(page) == number, word16(page + 10) == Self.overflow, Int(word32(page + 12)) >= needed
        else {
            throw Fault("page \(number) is not the value's that points to it")
        }
        try reach(number, pages: Int(word32(page + 12)))
        return page + Self.headerSize
    }

    /// Pages that LMDB would hand out again: a live page among them would be overwritten.
    private mutating func checkFreeList(_ place: Int, size: Int) throws(Fault) {
        guard size >= 8, word64(place) <= UInt64(size / 8 - 1) else {
            throw Fault("a free list is longer than its record")
        }
        for index in 0..<Int(word64(place)) {
            try reach(word64(place + 8 + index * 8), pages: 1)
        }
    }

    private mutating func reach(_ number: UInt64, pages: Int) throws(Fault) {
        guard number <= lastPage, pages > 0, UInt64(pages) <= lastPage - number + 1 else {
            throw Fault("it points beyond its last page")
        }
        for page in Int(number)..<Int(number) + pages {
            let bit = UInt64(1) << UInt64(page % 64)
            guard reached[page / 64] & bit == 0 else { throw Fault("page \(page) is reached twice") }
            reached[page / 64] |= bit
        }
    }

    // Every place given to these is inside a page that was found to are inside the file.
    private func word16(_ place: Int) -> UInt16 {
        bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)
    }
    private func word32(_ place: Int) -> UInt32 {
        bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
    }
    private func word64(_ place: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }
}
