// SPDX-License-Identifier: Apache-2.0

/// The keys of all projects, at one moment: a value that threads share and a reload replaces.
public struct KeyRing: Sendable {
    /// The keys of one project.
    public struct Project: Sendable {
        public var id: Int64
        public var keys: [SigningKey]

        public init(id: Int64, keys: [SigningKey]) {
            self.id = id
            self.keys = keys
        }
    }

    /// A class so that a verifier can see immediately whether its keyed contexts belong to this ring.
    final class Storage: Sendable {
        /// In the order of their ids.
        let projects: [Project]
        /// Where the keys of each project begin in `keys`.
        let starts: [Int]
        let keys: [SigningKey]
        /// How many keys are tried for every callback: as many as the project with the most keys has. A
        /// project with fewer, or an unknown one, is tried with decoys that match nothing, so that the time
        /// reveals neither.
        let width: Int

        init(_ projects: [Project]) {
            self.projects = projects
            var keys: [SigningKey] = []
            starts = projects.map { project in
                defer { keys += project.keys }
                return keys.count
            }
            self.keys = keys
            width = max(1, projects.map(\.keys.count).max() ?? 0)
        }
    }

    let storage: Storage

    /// - Throws: if a project occurs twice, has no key or two with the same id, or is not above zero.
    public init(_ projects: [Project]) throws(KeyRingError) {
        let sorted = projects.sorted { $0.id < $1.id }
        for (one, other) in zip(sorted, sorted.dropFirst()) where one.id == other.id {
            throw .duplicateProject(one.id)
        }
        for project in sorted {
            if project.id <= 0 { throw .invalidProject(project.id) }
            if project.keys.isEmpty { throw .noKeys(projectID: project.id) }
            for (index, key) in project.keys.enumerated()
            where project.keys[..<index].contains(where: { $0.id == key.id }) {
                throw .duplicateKey(projectID: project.id, keyID: key.id)
            }
        }
        storage = Storage(sorted)
    }

    /// In rising order.
    public var projectIDs: [Int64] { storage.projects.map(\.id) }

    /// The keys of a project; nil for an unknown one.
    public func keys(of projectID: Int64) -> [SigningKey]? {
        place(of: projectID).map { storage.projects[$0].keys }
    }

    /// The range of a project's keys among all keys; empty for an unknown project.
    func range(of projectID: Int64) -> Range<Int> {
        guard let place = place(of: projectID) else { return 0..<0 }
        let start = storage.starts[place]
        return start..<start + storage.projects[place].keys.count
    }

    private func place(of projectID: Int64) -> Int? {
        let projects = storage.projects
        var range = 0..<projects.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if projects[middle].id == projectID { return middle }
            range =
                projects[middle].id < projectID ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(storage.keys.count) keys of \(storage.projects.count) projects" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["projectIDs": projectIDs]) }
}
