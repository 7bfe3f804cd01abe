import Configuration
import Glibc

/// The one file that a command may be given, or standard input.
enum Input {
    /// A descriptor that the process keeps until its end.
    static func descriptor(_ operands: [String]) throws(ConfigurationError) -> Int32 {
        guard let path = operands.first, path != "-" else { return STDIN_FILENO }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ConfigurationError("cannot be read: \(String(cString: strerror(errno)))", file: path)
        }
        return descriptor
    }

    /// All of it.
    ///
    /// - Parameter limit: bytes, beyond which something else was given by mistake.
    static func bytes(_ operands: [String], atMost limit: Int) throws(ConfigurationError) -> [UInt8] {
        let descriptor = try descriptor(operands)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ConfigurationError(
                    "cannot be read: \(String(cString: strerror(errno)))", file: operands.first)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else {
                throw ConfigurationError("is larger than \(limit) bytes", file: operands.first)
            }
        }
    }
}
