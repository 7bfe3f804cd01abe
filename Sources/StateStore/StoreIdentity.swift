// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Whose payment states a store holds. A store whose marker says otherwise is never opened but rebuilt.
public struct StoreIdentity: Sendable, Equatable {
    /// The Kafka cluster's id, as the broker reports it.
    public var cluster: String
    /// The changelog topic that the store is a copy of.
    public var topic: String
    public var partition: Int32
    /// The version of the encoding of the values.
    public var encoding: Int
    /// What the kernel says of this boot. Stores are written without fsync, so after a crash of the operating
    /// system a file may hold any mixture of old and new pages.
    public var boot: String

    public init(
        cluster: String, topic: String, partition: Int32, encoding: Int,
        boot: String = StoreIdentity.currentBoot
    ) {
        self.cluster = cluster
        self.topic = topic
        self.partition = partition
        self.encoding = encoding
        self.boot = boot
    }

    /// `/proc/sys/kernel/random/boot_id`, read once. Where it cannot be read every start counts as another
    /// boot, which costs a rebuild and is never wrong.
    public static let currentBoot: String =
        (try? File.read("/proc/sys/kernel/random/boot_id", limit: 64))
        .map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) } ?? "unknown-\(getpid())"
}

/// What opening a store came to.
public enum StoreCondition: Sendable, Equatable {
    /// The store is what it was when it was last written; the changelog goes on at `position`.
    case open(position: Int64)
    /// The store is empty and must be filled from the changelog's beginning before anything is served from
    /// it.
    case rebuild(RebuildReason)
}

/// Why a store on disk was put aside.
public enum RebuildReason: Sendable, Equatable {
    /// There was none, or one that was never finished.
    case missing
    /// It belongs to another cluster, topic or partition, or was filled from a changelog that was replaced.
    case foreign(String)
    /// It was written by another version.
    case otherFormat
    /// The operating system was started again since it was written.
    case otherBoot
    /// Its bytes cannot be what was written.
    case damaged(String)
    /// The changelog begins behind its position: what is between is gone.
    case belowLog

    /// Every value of ``name``.
    public static let names = [
        RebuildReason.missing, .foreign(""), .otherFormat, .otherBoot, .damaged(""), .belowLog,
    ].map(\.name)

    /// The value of a metric's label: one of a fixed few.
    public var name: StaticString {
        switch self {
        case .missing: "missing"
        case .foreign: "foreign"
        case .otherFormat: "other-format"
        case .otherBoot: "other-boot"
        case .damaged: "damaged"
        case .belowLog: "below-log"
        }
    }
}
