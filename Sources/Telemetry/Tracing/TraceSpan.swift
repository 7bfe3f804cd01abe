// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One timed operation of a trace. Its attributes are ids, counts, names of topics and statuses: never
/// anything of a callback's content.
public struct TraceSpan: Sendable {
    /// The numbers of OTLP's `SpanKind`.
    public enum Kind: Int, Sendable {
        case server = 2
        case producer = 4
        case consumer = 5
    }

    public enum Value: Sendable, Equatable {
        case text(String)
        case integer(Int)
    }

    /// More links than this are counted and left out, as OpenTelemetry's default limit has it.
    public static let linkLimit = 128

    public let name: String
    public let kind: Kind
    public let context: TraceContext
    /// Nil for the first span of a trace.
    public let parent: TraceContext?
    /// Nanoseconds since 1970, UTC.
    public let startedAt: UInt64
    public private(set) var endedAt: UInt64 = 0
    public private(set) var attributes: [(name: StaticString, value: Value)] = []
    public private(set) var links: [TraceContext] = []
    public private(set) var droppedLinks = 0
    public private(set) var isError = false

    init(_ name: String, _ kind: Kind, _ context: TraceContext, parent: TraceContext?, startedAt: UInt64) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.startedAt = startedAt
    }

    /// Adds an attribute.
    public mutating func set(_ name: StaticString, _ value: Value) { attributes.append((name, value)) }

    /// Connects the span with one of another trace.
    public mutating func link(to context: TraceContext) {
        if links.count < Self.linkLimit { links.append(context) } else { droppedLinks += 1 }
    }

    /// Marks the operation as failed.
    public mutating func fail() { isError = true }

    mutating func end(at time: UInt64) { endedAt = max(time, startedAt) }

    /// Nanoseconds since 1970, UTC.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
