// SPDX-License-Identifier: Apache-2.0

/// Which traces are recorded, by the samplers of OpenTelemetry's specification.
public struct TraceSampler: Sendable, Equatable {
    /// For a trace that begins here.
    public enum Root: Sendable, Equatable {
        case always
        case never
        /// For a share of all trace ids, from 0 to 1.
        case ratio(Double)
    }

    private let root: Root
    /// Whether a caller's decision is followed.
    private let isParentBased: Bool

    public init(_ root: Root, isParentBased: Bool) {
        self.root = root
        self.isParentBased = isParentBased
    }

    /// The value of `OTEL_TRACES_SAMPLER`; nil if there is no such sampler.
    ///
    /// - Parameter ratio: the value of `OTEL_TRACES_SAMPLER_ARG`.
    public init?(named name: String, ratio: Double) {
        switch name {
        case "always_on": self.init(.always, isParentBased: false)
        case "always_off": self.init(.never, isParentBased: false)
        case "traceidratio": self.init(.ratio(ratio), isParentBased: false)
        case "parentbased_always_on": self.init(.always, isParentBased: true)
        case "parentbased_always_off": self.init(.never, isParentBased: true)
        case "parentbased_traceidratio": self.init(.ratio(ratio), isParentBased: true)
        default: return nil
        }
    }

    /// - Parameter traceLow: the lower 64 bits of the trace's id, which are random.
    func samples(traceLow: UInt64, parent: TraceContext?) -> Bool {
        if isParentBased, let parent { return parent.isSampled }
        switch root {
        case .always: return true
        case .never: return false
        case .ratio(let ratio):
            // Of 63 bits, as other implementations compare it: services agree on a trace.
            return ratio >= 1 || Double(traceLow >> 1) < ratio * 0x1p63
        }
    }
}
