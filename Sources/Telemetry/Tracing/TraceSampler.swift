// SPDX-License-Identifier: Apache-2.0

/// Which traces are recorded, by the samplers of OpenTelemetry's specification.
public struct TraceSampler: Sendable, Equatable {
    /// The share of all trace ids that begin here and are recorded: from 0, none, to 1, all.
    private let ratio: Double
    /// Whether a caller's decision is followed.
    private let isParentBased: Bool

    /// - Parameters:
    ///   - ratio: the share of the traces that begin here, from 0 to 1.
    ///   - isParentBased: whether a caller's decision is followed.
    public init(ratio: Double, isParentBased: Bool) {
        self.ratio = ratio
        self.isParentBased = isParentBased
    }

    /// The value of `OTEL_TRACES_SAMPLER`; nil if there is no such sampler.
    ///
    /// - Parameter ratio: the value of `OTEL_TRACES_SAMPLER_ARG`.
    public init?(named name: String, ratio: Double) {
        switch name {
        case "always_on": self.init(ratio: 1, isParentBased: false)
        case "always_off": self.init(ratio: 0, isParentBased: false)
        case "traceidratio": self.init(ratio: ratio, isParentBased: false)
        case "parentbased_always_on": self.init(ratio: 1, isParentBased: true)
        case "parentbased_always_off": self.init(ratio: 0, isParentBased: true)
        case "parentbased_traceidratio": self.init(ratio: ratio, isParentBased: true)
        default: return nil
        }
    }

    /// - Parameter traceLow: the lower 64 bits of the trace's id, which are random.
    func samples(traceLow: UInt64, parent: TraceContext?) -> Bool {
        if isParentBased, let parent { return parent.isSampled }
        // Of 63 bits, as other implementations compare it: services agree on a trace.
        return ratio >= 1 || Double(traceLow >> 1) < ratio * 0x1p63
    }
}
