internal import Foundation
import State

/// A folder for tables that are thrown away afterwards.
struct Scratch: ~Copyable {
    private let folder: URL

    /// - Parameter parent: nil stands for the system's folder for temporary files.
    init(in parent: String?) throws(LogError) {
        let parent = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        folder = parent.appendingPathComponent("tidings-audit-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .scratch(path: folder.path, "\(error.localizedDescription)")
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// An empty table for one partition; the one before is removed.
    func table(partition: Int32) throws(LogError) -> DurableTable {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("\(partition)"))
        let identity = TableIdentity(
            cluster: "scratch", topic: "trails", partition: partition, partitionCount: 0, encoding: 1)
        do throws(StateError) {
            return try DurableTable.open(identity, in: folder.path)
        } catch {
            throw .state(error)
        }
    }

    /// Gives back the room of a partition's table.
    func remove(partition: Int32) {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("\(partition)"))
    }
}
