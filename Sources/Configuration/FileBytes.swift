// SPDX-License-Identifier: Apache-2.0
internal import System

/// Small files, read whole.
public enum FileBytes {
    /// All bytes of a file.
    /// - Parameter limit: a larger file is refused: something else was named by mistake.
    public static func read(_ path: String, atMost limit: Int) throws(ConfigurationError) -> [UInt8] {
        do { return try WholeFile.read(path, atMost: limit) } catch {
            throw ConfigurationError(reading: path, error, limit: limit)
        }
    }

    /// All bytes up to the end of an open file.
    /// - Parameter name: as messages name it; nil where it is standard input.
    public static func read(
        _ descriptor: Int32, named name: String?, atMost limit: Int
    ) throws(ConfigurationError) -> [UInt8] {
        do { return try WholeFile.read(descriptor, atMost: limit) } catch {
            throw ConfigurationError(reading: name, error, limit: limit)
        }
    }
}

extension ConfigurationError {
    fileprivate init(reading file: String?, _ failure: WholeFile.Failure, limit: Int) {
        switch failure {
        case .system(let code): self.init("cannot be read: \(systemMessage(code))", file: file)
        case .tooLarge: self.init("is larger than \(limit) bytes", file: file)
        }
    }
}
