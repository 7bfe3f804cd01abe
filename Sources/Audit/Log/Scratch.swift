// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import StateStore
internal import System

/// A folder for stores that are thrown away afterwards.
struct Scratch: ~Copyable {
    private let folder: String

    /// - Parameter parent: nil means the system's folder for temporary files.
    init(in parent: String?) throws(TopicReadError) {
        let system = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // `mkdtemp` puts separate letters in place of the six X, and gives no other user access.
        let template = "\(parent ?? system)/tidings-audit-XXXXXX"
        var path = Array(template.utf8CString)
        guard mkdtemp(&path) != nil else {
            throw .scratch(path: template, systemMessage(errno))
        }
        folder = path.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { String(cString: $0) } ?? template
        }
    }

    deinit { Self.remove(folder) }

    /// An empty store for one partition.
    func store(partition: Int32) throws(TopicReadError) -> LMDBStore {
        let identity = StoreIdentity(
            cluster: "scratch", topic: "trails", partition: partition, encoding: 1)
        do throws(StateError) {
            return try LMDBStore.open(identity, in: folder)
        } catch {
            throw .state(error)
        }
    }

    /// Gives back the room of a partition's store.
    func remove(partition: Int32) { Self.remove("\(folder)/\(partition)") }

    /// Removes a folder with all that is in it.
    private static func remove(_ path: String) {
        // What is not a folder cannot be opened as one, and is removed immediately.
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(folder)
        }
        _ = Glibc.remove(path)
    }
}
