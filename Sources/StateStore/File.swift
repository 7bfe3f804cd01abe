// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import System

/// The few file operations that the state needs, with errors that say which path failed.
enum File {
    /// The whole of a small file.
    static func read(_ path: String, limit: Int) throws(StateError) -> [UInt8] {
        do { return try WholeFile.read(path, atMost: limit) } catch {
            switch error {
            case .system(let code): throw failure(path, code)
            case .tooLarge: throw .damaged("\(path) is larger than \(limit) bytes")
            }
        }
    }

    /// Writes a small file so that it is either there whole or not at all.
    static func replace(_ path: String, with bytes: [UInt8]) throws(StateError) {
        let draft = path + ".new"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(draft) }
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let code = written == bytes.count ? 0 : errno
        Glibc.close(descriptor)
        guard written == bytes.count else { throw failure(draft, code) }
        guard rename(draft, path) == 0 else { throw failure(path) }
    }

    /// Removes a file; that it is not there is no error.
    static func remove(_ path: String) throws(StateError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// Creates the directory and those above it.
    static func makeDirectory(_ path: String) throws(StateError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure(path)
        }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure(path) }
    }

    /// The length of a file in bytes, or nil where there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Gives the file this length with its blocks allocated, so that a later store into its mapping cannot
    /// meet a full disk (which would be SIGBUS).
    static func reserve(_ path: String, size: Int) throws(StateError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { Glibc.close(descriptor) }
        while true {
            let code = posix_fallocate(descriptor, 0, off_t(size))
            if code == EINTR { continue }
            guard code == 0 else { throw failure(path, code) }
            return
        }
    }

    /// The names in a directory; empty where there is none.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    static func failure(_ path: String, _ code: Int32 = errno) -> StateError {
        code == ENOSPC || code == EDQUOT ? .full(path: path) : .unusable(path: path, code: code)
    }
}

/// An exclusive lock on a file, held until the value ends; the kernel lets go of it when the process dies.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// `flock` belongs to the open file, so it also keeps two threads of one process apart.
    init(_ path: String) throws(StateError) {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw File.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw code == EWOULDBLOCK ? .inUse(path: path) : File.failure(path, code)
        }
    }

    deinit {
        Glibc.close(descriptor)
    }
}
