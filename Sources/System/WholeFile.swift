// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Small files, read whole.
package enum WholeFile {
    package enum Failure: Error {
        /// A call failed; the code is errno.
        case system(Int32)
        case tooLarge
    }

    /// All bytes of a file.
    /// - Parameter limit: a file of more bytes is refused: another one was named by mistake.
    package static func read(_ path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        return try read(descriptor, atMost: limit)
    }

    /// All bytes up to the end of an open file, a pipe or a terminal.
    package static func read(_ descriptor: Int32, atMost limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }
}

/// The system's sentence for an errno, such as "No such file or directory".
package func systemMessage(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
