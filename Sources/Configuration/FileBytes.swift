import Glibc

/// Small files, read whole.
public enum FileBytes {
    /// All bytes of a file.
    /// - Parameter limit: a larger file is refused: something else was named by mistake.
    public static func read(_ path: String, atMost limit: Int) throws(ConfigurationError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else {
                throw ConfigurationError("is larger than \(limit) bytes", file: path)
            }
        }
    }

    private static func failure(_ path: String) -> ConfigurationError {
        ConfigurationError("cannot be read: \(String(cString: strerror(errno)))", file: path)
    }
}
