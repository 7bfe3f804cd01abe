// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Says that a store's file is what its own last write left, so that opening it need not look at every page.
///
/// It holds what the file system knew of the file right after that write: inode, size, and when contents and
/// inode last changed. Whatever another did to the file since has moved one of them. Opening breaks the seal,
/// and the next `apply`, a moment without work or an orderly close sets it again: a process that dies of what
/// it finds in the file before that leaves no seal, and the next one inspects the file.
///
/// A kill outside a write leaves the seal unchanged. A kill inside one leaves a seal that does not fit
/// (the stores into the map moved the time), and costs the inspection of that one store; where it fits all
/// the same nothing is lost by trusting it, since LMDB leaves the pages of the last commit alone. Times move
/// with the kernel's tick, so a change within milliseconds of our own write may go unseen, like any change
/// under a store that is open. Not written through to the disk: a store of another boot is never opened.
struct Seal: ~Copyable {
    private let descriptor: Int32
    private let data: String

    /// Opens the seal of the file `data`, or makes one that is broken.
    init(_ path: String, of data: String) throws(StateError) {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw File.failure(path) }
        self.data = data
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Whether the file is as it was when the seal was set.
    var isWhole: Bool {
        var found = Stamp()
        let count = withUnsafeMutableBytes(of: &found) { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return count == MemoryLayout<Stamp>.size && found.isValid && found == Stamp(of: data)
    }

    /// Fits no file from here on.
    borrowing func `break`() throws(StateError) {
        guard ftruncate(descriptor, 0) == 0 else { throw File.failure(data + "'s seal") }
    }

    /// Fits the file as it is. Where it cannot be written it stays broken, which costs an inspection.
    borrowing func set() {
        guard let stamp = Stamp(of: data) else { return }
        _ = withUnsafeBytes(of: stamp) { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private struct Stamp: BitwiseCopyable, Equatable {
        var inode: UInt64 = 0
        var size: Int64 = 0
        /// Nanoseconds since 1970.
        var contentsChanged: Int64 = 0
        var inodeChanged: Int64 = 0
        var checksum: UInt64 = 0

        init() {}

        init?(of path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            contentsChanged = Self.nanoseconds(status.st_mtim)
            inodeChanged = Self.nanoseconds(status.st_ctim)
            checksum = expectedChecksum
        }

        var isValid: Bool { checksum == expectedChecksum }

        private var expectedChecksum: UInt64 {
            var bare = self
            bare.checksum = 0
            return withUnsafeBytes(of: bare) { Checksum.of($0.bytes) }
        }

        private static func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        }
    }
}
