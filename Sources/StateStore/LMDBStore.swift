// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// A store in a file, as good as the last write of it however the process ended.
///
/// What is applied is held until it is worth a write: each write copies the pages that lead to its changes,
/// so a few changes at a time cost a multiple of what many cost together (5 µs each against 3 in a store of a
/// million). The position goes with the changes. After a kill that much more is read from the changelog.
///
///     <directory>/<partition>/lock       held while open
///     <directory>/<partition>/marker     whose store it is (`Marker`)
///     <directory>/<partition>/seal       that data.mdb is what the last write left (`Seal`)
///     <directory>/<partition>/data.mdb   LMDB; each value is followed by 8 bytes of XXH3 over key and value
///
/// Keys that begin with a zero byte are the store's own: the changelog position is one of them, so that it
/// changes in the same transaction as the data.
public struct LMDBStore: PartitionStore, ~Copyable {
    private static let firstKey: [UInt8] = [1]
    /// A write is due with this part of all keys changed, and at the latest with these many changes or bytes
    /// held.
    private static let heldPart = 8
    private static let heldLimit = 4096
    private static let heldByteLimit = 4 << 20
    private static let roomPrefix = "room-"

    private let lock: FileLock
    private let path: String
    private let seal: Seal
    private var isSealed = false
    private var environment: Environment
    /// Applied and not written yet.
    private var held = ChangeSet()
    private var sweepKey = Self.firstKey
    public let output: StoreCondition
    /// Whether opening looked at every page of what it found, because no seal said that it need not.
    public let isInspected: Bool
    public private(set) var position: Int64?

    /// Opens a partition's store under `directory`, or replaces what is there by an empty one. Whether its
    /// position fits the changelog is for the caller to find out: the store may be the only copy of what it
    /// holds.
    public static func open(
        _ identity: StoreIdentity, in directory: String
    ) throws(StateError) -> LMDBStore {
        let place = "\(directory)/\(identity.partition)"
        let path = place + "/data.mdb"
        try File.makeDirectory(place)
        let lock = try FileLock(place + "/lock")
        let seal = try Seal(place + "/seal", of: path)
        let isSealed = seal.isWhole
        var reason = try notReadyReason(to: place, identity, isSealed: isSealed)
        try seal.break()
        if reason == nil {
            do throws(StateError) {
                var environment = try Environment.open(path)
                if let position = try storedPosition(&environment) {
                    return LMDBStore(
                        lock, path, seal, environment, .open(position: position), isInspected: !isSealed)
                }
                reason = .missing
            } catch {
                guard case .damaged(let what) = error else { throw error }
                reason = .damaged(what)
            }
        }
        try File.remove(place + "/marker")
        try File.remove(path)
        let environment = try Environment.open(path)
        // Last, so that a store without a marker is one that was never finished.
        try Marker.write(identity, to: place + "/marker")
        return LMDBStore(
            lock, path, seal, environment, .rebuild(reason ?? .missing), isInspected: false)
    }

    private init(
        _ lock: consuming FileLock, _ path: String, _ seal: consuming Seal,
        _ environment: consuming Environment, _ output: StoreCondition, isInspected: Bool
    ) {
        self.lock = lock
        self.path = path
        self.seal = seal
        self.environment = environment
        self.output = output
        self.isInspected = isInspected
        if case .open(let position) = output { self.position = position }
    }

    deinit { seal.set() }

    /// Without the entry of the position.
    public var size: StoreSize {
        StoreSize(
            entryCount: max(0, environment.entryCount() - 1), byteCount: environment.usedBytes())
    }

    /// Whether the directory can be written, asked at start rather than at the first assignment. The probe
    /// has a random name: workers that start together on one host share the directory.
    public static func prepare(_ directory: String) throws(StateError) {
        try File.makeDirectory(directory)
        let probe = "\(directory)/writable-\(UInt64.random(in: .min ... .max))"
        try File.replace(probe, with: [0x0A])
        try File.remove(probe)
    }

    /// Whether the stores under a directory have room to grow, for a worker that failed for want of space or
    /// rights. Reserves as many bytes as the largest of them would, and frees them again.
    public static func checkRoom(in directory: String) throws(StateError) {
        try prepare(directory)
        var largest = 0
        for name in File.names(in: directory) {
            // Left by a process that was killed during the check.
            if name.hasPrefix(roomPrefix) { try File.remove("\(directory)/\(name)") }
            largest = max(largest, File.size("\(directory)/\(name)/data.mdb") ?? 0)
        }
        let probe = "\(directory)/\(roomPrefix)\(UInt64.random(in: .min ... .max))"
        do throws(StateError) {
            try File.reserve(probe, size: Environment.growthStep(from: largest))
        } catch {
            try File.remove(probe)
            throw error
        }
        try File.remove(probe)
    }

    public mutating func lookUp(
        _ key: borrowing RawSpan, into value: inout [UInt8]
    ) throws(StateError) -> Bool {
        switch held.copyValue(of: key, into: &value) {
        case .value: return true
        case .removed: return false
        case .untouched: break
        }
        return try key.withUnsafeBytes { (name) throws(StateError) in
            try environment.read(name) { (bytes) throws(StateError) in
                let payload = try Self.payload(of: bytes, key: name)
                value.removeAll(keepingCapacity: true)
                value.append(contentsOf: payload)
            }
        }
    }

    public mutating func apply(_ changes: inout ChangeSet, position: Int64) throws(StateError) {
        let due = min(environment.entryCount() / Self.heldPart, Self.heldLimit)
        if held.isEmpty, changes.count >= due { return try write(&changes, position: position) }
        held.put(changes)
        self.position = position
        if !isSealed { sealFile() }
        if held.count >= due || held.byteCount >= Self.heldByteLimit { try flush() }
    }

    public mutating func flush() throws(StateError) {
        guard !held.isEmpty, let position else {
            if !isSealed { sealFile() }
            return
        }
        var changes = ChangeSet()
        swap(&changes, &held)
        do throws(StateError) {
            try write(&changes, position: position)
            changes.removeAll()
        } catch {
            swap(&changes, &held)
            throw error
        }
        swap(&changes, &held)
    }

    private mutating func write(_ changes: inout ChangeSet, position: Int64) throws(StateError) {
        try environment.write(changes: changes.count, bytes: changes.byteCount) {
            (transaction) throws(StateError) in
            try changes.forEachSorted { (key, value) throws(StateError) in
                guard let value else { return try transaction.remove(key) }
                try Self.put(key, value, in: transaction)
            }
            Failpoint.duringApply.reach()
            try Self.store(position: position, in: transaction)
        }
        sealFile()
        self.position = position
    }

    /// After the first batch too that wrote nothing yet: anyone who dies of what it finds dies of the first
    /// that it reads, since that is what its predecessor died of.
    private mutating func sealFile() {
        seal.set()
        isSealed = true
    }

    public mutating func sweep(
        limit: Int, _ visit: (_ key: borrowing RawSpan, _ value: borrowing RawSpan) -> Void
    ) throws(StateError) -> Bool {
        // A round begins with every key in the file; those that come later are the next round's.
        if sweepKey == Self.firstKey { try flush() }
        var changes = ChangeSet()
        swap(&changes, &held)
        defer { swap(&changes, &held) }
        var newest: [UInt8] = []
        let next = try environment.scan(from: sweepKey, limit: limit) { (key, value) throws(StateError) in
            switch changes.copyValue(of: key.bytes, into: &newest) {
            case .untouched: visit(key.bytes, try Self.payload(of: value, key: key).bytes)
            case .value: visit(key.bytes, newest.span.bytes)
            case .removed: break
            }
        }
        sweepKey = next ?? Self.firstKey
        return next == nil
    }

    public mutating func isEmpty(but key: borrowing RawSpan) throws(StateError) -> Bool {
        try flush()
        var others = 0
        try key.withUnsafeBytes { (name) throws(StateError) in
            // Of two entries at most one is this key.
            _ = try environment.scan(from: Self.firstKey, limit: 2) { (found, _) throws(StateError) in
                if !found.elementsEqual(name) { others += 1 }
            }
        }
        return others == 0
    }

    public mutating func wipe() throws(StateError) {
        // The old file lives on, nameless, until its environment is closed by the assignment.
        try File.remove(path)
        environment = try Environment.open(path)
        held.removeAll()
        position = nil
        sweepKey = Self.firstKey
    }
}

extension LMDBStore {
    /// Why the file on disk must not be opened; nil if it may.
    private static func notReadyReason(
        to place: String, _ identity: StoreIdentity, isSealed: Bool
    ) throws(StateError) -> RebuildReason? {
        switch try Marker.reading(at: place + "/marker") {
        case .missing: return .missing
        case .damaged: return .damaged("its marker cannot be read")
        case .otherFormat: return .otherFormat
        case .identity(let found):
            if found.encoding != identity.encoding { return .otherFormat }
            if found.cluster != identity.cluster { return .foreign("cluster \(found.cluster)") }
            if found.topic != identity.topic { return .foreign("topic \(found.topic)") }
            if found.partition != identity.partition { return .foreign("partition \(found.partition)") }
            if found.boot != identity.boot { return .otherBoot }
        }
        guard File.size(place + "/data.mdb") != nil else { return .missing }
        if isSealed { return nil }
        return try PageInspection.fault(inFileAt: place + "/data.mdb").map { .damaged($0) }
    }
}
